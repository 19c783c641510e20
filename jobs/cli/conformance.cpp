// `tidemark conformance`: whether everything stored and answered is what the contract promises. Needs SELECT only; exit
// 4 where something is not. Spec: operations, "Command line".
#include "jobs/conformance/conformance.hpp"

#include <fmt/format.h>

#include <memory>

#include "jobs/cli/command.hpp"
#include "jobs/cli/progress_line.hpp"
#include "jobs/render/conformance_screen.hpp"

namespace tidemark::jobs {
namespace {

conformance::Report check(CommandContext& context, const std::optional<std::string>& project) {
  const conformance::Options options{context.connection("conformance"), project, context.settings.workers};
  ProgressLine progress;
  return conformance::check(
      options, [&](std::size_t done, std::size_t total) { progress.show("checking", done, total, "projects"); });
}

ExitCode run_conformance(CommandContext& context, const std::optional<std::string>& project) {
  const auto report = check(context, project);
  if (context.settings.json)
    fmt::print("{}\n", render::conformance_json(report).dump(2));
  else
    fmt::print("{}", render::conformance_screen(report, render::Terminal::of_stdout()));
  return report.violations() == 0 ? ExitCode::done : ExitCode::contract;
}

}  // namespace

void add_conformance(CLI::App& app, CommandContext& context) {
  CLI::App* command = app.add_subcommand("conformance", "Check every stored row and every answer against the contract");
  auto project = std::make_shared<std::optional<std::string>>();
  command->add_option("--project", *project, "only this one: its id or its exact name (default: all)")
      ->type_name("PROJECT");
  command->footer(
      "Reads only. Exit code 4 where the contract is violated.\n"
      "Example: tidemark conformance --database-url \"$URL\" --json");
  command->callback(
      [&context, project] { context.action = [&context, project] { return run_conformance(context, *project); }; });
}

}  // namespace tidemark::jobs
