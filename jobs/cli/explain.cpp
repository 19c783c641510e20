// `tidemark explain METRIC`: what one point is made of, what was left out of it and why, and whether the sources still
// give it. Spec: contract v1.0, "GET /v1/metrics/explain".
#include <fmt/format.h>

#include <memory>

#include "jobs/cli/command.hpp"
#include "jobs/render/answer_screens.hpp"
#include "jobs/views/ask.hpp"

namespace tidemark::jobs {
namespace {

ExitCode run_explain(CommandContext& context, views::ExplainQuestion question) {
  question.retention = context.retention();
  readmodel::Session session(context.connection("explain"));
  const auto answered = views::ask(session, question, context.now());
  if (context.settings.json)
    fmt::print("{}\n", answered.answer.dump(2));
  else
    fmt::print("{}", render::explain_screen({answered.project_name, answered.metric}, answered.answer,
                                            render::Terminal::of_stdout()));
  return ExitCode::done;
}

}  // namespace

void add_explain(CLI::App& app, CommandContext& context) {
  CLI::App* command = app.add_subcommand("explain", "Print what a metric's point is made of and what was left out");
  const auto question = std::make_shared<views::ExplainQuestion>();
  command->add_option("metric,--metric", question->metric, "its key, such as lead_time")
      ->type_name("METRIC")
      ->required();
  command->add_option("--project", question->project, "its id or its exact name")->type_name("PROJECT")->required();
  command->add_option("--grain,--granularity", question->grain, "hour, day, week or month (default: day)")
      ->type_name("GRAIN");
  command->add_option("--timestamp", question->timestamp, "any instant of the bucket (default: the newest rows' as-of)")
      ->type_name("INSTANT");
  command->add_option("--dimensions", question->dimensions, "one dimension with its value")->type_name("JSON");
  command->add_option("--limit", question->limit, "rows listed of each kind, at most 500 (default: 20)")
      ->type_name("N");
  command->footer(
      "Example: tidemark explain lead_time --project Network --timestamp 2016-05-12 --dimensions '{\"phase\": "
      "\"Build\"}'");
  command->callback(
      [&context, question] { context.action = [&context, question] { return run_explain(context, *question); }; });
}

}  // namespace tidemark::jobs
