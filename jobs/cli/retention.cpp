// `tidemark retention explain`: what is kept of a metric, at which grain and until when. Spec: jobs, "Compaction".
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "jobs/cli/command.hpp"
#include "jobs/render/retention_screen.hpp"
#include "jobs/views/retention_view.hpp"

namespace tidemark::jobs {
namespace {

struct ExplainFlags {
  std::string project;
  std::string metric;
};

ExitCode explain_retention(CommandContext& context, const ExplainFlags& flags) {
  readmodel::Session session(context.connection("retention"));
  const auto retained =
      views::read_retained(session, flags.project, flags.metric, retention_in_force(context.settings.retention));
  if (context.settings.json)
    fmt::print("{}\n", views::retained_json(retained).dump(2));
  else
    fmt::print("{}", render::retention_screen(retained, render::Terminal::of_stdout()));
  return ExitCode::done;
}

}  // namespace

void add_retention(CLI::App& app, CommandContext& context) {
  CLI::App* command = app.add_subcommand("retention", "Print what is kept of a metric, and until when");
  command->fallthrough()->require_subcommand(1);
  command->footer("Example: tidemark retention explain --project Network --metric lead_time");
  CLI::App* explain =
      command->add_subcommand("explain", "For each kind of row: the policy, what stands, and when the oldest goes");
  const auto flags = std::make_shared<ExplainFlags>();
  explain->add_option("--project", flags->project, "its id or its exact name")->type_name("PROJECT")->required();
  explain->add_option("--metric", flags->metric, "its key, such as lead_time")->type_name("METRIC")->required();
  explain->footer("Example: tidemark retention explain --project Network --metric lead_time");
  explain->callback(
      [&context, flags] { context.action = [&context, flags] { return explain_retention(context, *flags); }; });
}

}  // namespace tidemark::jobs
