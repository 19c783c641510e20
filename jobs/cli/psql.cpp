// `tidemark psql`: psql on the database in use.
#include <fmt/format.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "jobs/cli/command.hpp"

namespace tidemark::jobs {
namespace {

// By variables, not arguments: everybody on the machine can read the arguments of a process, a password among them.
void export_connection(const std::string& url) {
  char* problem = nullptr;
  const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options{PQconninfoParse(url.c_str(), &problem),
                                                                             PQconninfoFree};
  const std::unique_ptr<char, decltype(&PQfreemem)> owned{problem, PQfreemem};
  if (options == nullptr)
    throw Error(ErrorKind::usage,
                fmt::format("the database URL cannot be read: {}", problem == nullptr ? "" : problem));
  for (const auto* option = options.get(); option->keyword != nullptr; ++option)
    if (option->val != nullptr && option->envvar != nullptr) ::setenv(option->envvar, option->val, 1);
}

[[noreturn]] void become_psql(const std::vector<std::string>& given) {
  std::vector<std::string> arguments{"psql"};
  arguments.insert(arguments.end(), given.begin(), given.end());
  std::vector<char*> pointers;
  for (auto& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  ::signal(SIGPIPE, SIG_DFL);
  ::execvp(pointers.front(), pointers.data());
  throw Error(ErrorKind::failed,
              fmt::format("cannot run psql: {}; `apt-get install postgresql-client`", std::strerror(errno)));
}

}  // namespace

void add_psql(CLI::App& app, CommandContext& context) {
  CLI::App* command = app.add_subcommand("psql", "Run psql on the database in use; all that follows goes to psql");
  command->fallthrough(false)->prefix_command();
  command->footer("Example: tidemark psql -c \"SELECT count(*) FROM metrics_trend_point\"");
  command->callback([command, &context] {
    context.action = [arguments = command->remaining(), &context]() -> ExitCode {
      export_connection(context.connection("psql").url);
      become_psql(arguments);
    };
  });
}

}  // namespace tidemark::jobs
