// `tidemark url`: the connection string of the database in use, for other programs.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "jobs/cli/command.hpp"

namespace tidemark::jobs {

void add_url(CLI::App& app, CommandContext& context) {
  CLI::App* command = app.add_subcommand("url", "Print the libpq connection string of the database in use");
  command->footer(
      "Starts the embedded PostgreSQL where it is the one in use. An empty line: libpq's PG* variables.\n"
      "Example: pg_dump \"$(tidemark url)\" > backup.sql");
  command->callback([&context] {
    context.action = [&context] {
      const std::string url = context.connection("url").url;
      fmt::print("{}\n", context.settings.json ? nlohmann::json{{"url", url}}.dump() : url);
      return ExitCode::done;
    };
  });
}

}  // namespace tidemark::jobs
