// `tidemark status`: one screen on what is stored, how new it is, what ran last and what was set aside.
// Spec: running it, "Command line"; jobs, "Freshness".
#include <fmt/format.h>

#include "jobs/cli/command.hpp"
#include "jobs/render/status_screen.hpp"
#include "jobs/views/status_view.hpp"

namespace tidemark::jobs {
namespace {

ExitCode run_status(CommandContext& context) {
  readmodel::Session session(context.connection("status"));
  const auto status = views::read_status(session, context.now());
  if (context.settings.json)
    fmt::print("{}\n", views::status_json(status).dump(2));
  else
    fmt::print("{}", render::status_screen(status, render::Terminal::of_stdout()));
  return ExitCode::done;
}

}  // namespace

void add_status(CLI::App& app, CommandContext& context) {
  CLI::App* command =
      app.add_subcommand("status", "Print what is stored, how new it is, what ran and what was set aside");
  command->footer("Example: tidemark status");
  command->callback([&context] { context.action = [&context] { return run_status(context); }; });
}

}  // namespace tidemark::jobs
