// `tidemark version`: what is running, for reports of trouble.
#include <fmt/format.h>
#include <libpq-fe.h>

#include <nlohmann/json.hpp>

#include "contracts/rows.hpp"
#include "jobs/cli/command.hpp"
#include "jobs/embedded_postgres.hpp"

namespace tidemark::jobs {

void add_version(CLI::App& app, CommandContext& context) {
  CLI::App* command = app.add_subcommand("version", "Print the versions of Tidemark and of what it runs on");
  command->footer("Example: tidemark version --json");
  app.set_version_flag("--version", "tidemark " TIDEMARK_VERSION, "print the version and exit");
  command->callback([&context] {
    context.action = [&context] {
      const auto server = find_postgres();
      const std::string libpq = fmt::format("{}.{}", PQlibVersion() / 10000, PQlibVersion() % 10000);
      if (context.settings.json) {
        nlohmann::json versions{{"tidemark", TIDEMARK_VERSION},
                                {"contract", kContractVersion},
                                {"libpq", libpq},
                                {"libpqxx", PQXX_VERSION}};
        versions["embedded_postgresql"] = server ? nlohmann::json(server->major) : nlohmann::json(nullptr);
        fmt::print("{}\n", versions.dump());
      } else {
        fmt::print("tidemark {} (contract {}, libpq {}, libpqxx {}, embedded PostgreSQL {})\n", TIDEMARK_VERSION,
                   kContractVersion, libpq, PQXX_VERSION, server ? std::to_string(server->major) : "not installed");
      }
      return ExitCode::done;
    };
  });
}

}  // namespace tidemark::jobs
