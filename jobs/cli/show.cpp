// `tidemark show summary|trend|breakdown|drilldown|alerts|actions|health`: what the read model holds, as tables and
// charts or as the contract's JSON. Spec: running it, "Command line"; contract v1.0.
#include <fmt/format.h>

#include <memory>

#include "jobs/cli/command.hpp"
#include "jobs/render/answer_screens.hpp"
#include "jobs/render/health_screens.hpp"
#include "jobs/render/summary_screen.hpp"
#include "jobs/views/ask.hpp"

namespace tidemark::jobs {
namespace {

using views::Answered;

std::string screen_of(const Answered& answered, std::string_view shape) {
  const auto terminal = render::Terminal::of_stdout();
  const render::AnswerTitle title{answered.project_name, answered.metric};
  if (shape == "trend") return render::trend_screen(title, answered.answer, terminal);
  if (shape == "breakdown") return render::breakdown_screen(title, answered.answer, terminal);
  if (shape == "drilldown") return render::drilldown_screen(title, answered.answer, terminal);
  if (shape == "alerts") return render::alerts_screen(answered.project_name, answered.answer, terminal);
  if (shape == "actions") return render::actions_screen(answered.project_name, answered.answer, terminal);
  if (shape == "health") return render::health_screen(answered.project_name, answered.answer, terminal);
  return render::summary_screen(answered.project_name, answered.answer, terminal);
}

template <typename Question>
ExitCode answer(CommandContext& context, const Question& question, std::string_view shape) {
  readmodel::Session session(context.connection("show"));
  const auto answered = views::ask(session, question, context.now());
  if (context.settings.json) {
    fmt::print("{}\n", answered.answer.dump(2));
    return ExitCode::done;
  }
  fmt::print("{}", screen_of(answered, shape));
  if (!answered.answer.contains("meta"))
    fmt::print(stderr, "tidemark: nothing has been computed for {} yet; `tidemark run refresh --full` does it\n",
               answered.project_name);
  return ExitCode::done;
}

// A subcommand whose options fill a question of its own, which then answers it.
template <typename Question>
std::shared_ptr<Question> add_shape(CLI::App& show, CommandContext& context, CLI::App*& command,
                                    std::pair<std::string, std::string> name_and_help) {
  auto question = std::make_shared<Question>();
  command = show.add_subcommand(name_and_help.first, name_and_help.second)->fallthrough();
  command->add_option("--project", question->project, "its id or its exact name")->type_name("PROJECT")->required();
  command->callback([&context, question, shape = name_and_help.first] {
    context.action = [&context, question, shape] { return answer(context, *question, shape); };
  });
  return question;
}

void add_summary(CLI::App& show, CommandContext& context) {
  CLI::App* command = nullptr;
  const auto question =
      add_shape<views::SummaryQuestion>(show, context, command, {"summary", "The state of a project on one page"});
  command->add_option("--timestamp", question->timestamp, "the newest snapshot at or before it (default: the newest)")
      ->type_name("INSTANT");
  command->footer("Example: tidemark show summary --project Network --timestamp 2016-05-01");
}

void add_trend(CLI::App& show, CommandContext& context) {
  CLI::App* command = nullptr;
  const auto question =
      add_shape<views::TrendQuestion>(show, context, command, {"trend", "A metric over time, as a chart"});
  command->add_option("--metric", question->metric, "its key, such as lead_time")->type_name("METRIC")->required();
  command->add_option("--grain,--granularity", question->grain, "hour, day, week or month (default: day)")
      ->type_name("GRAIN");
  command->add_option("--from,--start-date", question->from, "buckets that start at or after this date or instant")
      ->type_name("DATE");
  command->add_option("--to,--end-date", question->to, "the last date, inclusive (default: that of the newest rows)")
      ->type_name("DATE");
  command->add_option("--dimensions", question->dimensions, "series by phase, milestone, .. (comma-separated names)")
      ->type_name("NAMES");
  command->add_option("--filters", question->filters, "one value of a dimension: {\"phase\": \"Build\"}")
      ->type_name("JSON");
  command->add_option("--fill", question->fill, "buckets without a value: none, null, zero or previous (default: none)")
      ->type_name("HOW");
  command->footer(
      "Example: tidemark show trend --project Network --metric lead_time --grain week --dimensions task_class");
}

void add_breakdown(CLI::App& show, CommandContext& context) {
  CLI::App* command = nullptr;
  const auto question = add_shape<views::BreakdownQuestion>(show, context, command,
                                                            {"breakdown", "A metric split by a dimension, as bars"});
  command->add_option("--metric", question->metric, "its key, such as wip")->type_name("METRIC")->required();
  command->add_option("--dimension", question->dimension, "phase, milestone, assignee, priority, ..")
      ->type_name("NAME")
      ->required();
  command->add_option("--time-range", question->time_range, "24h, 7d, 30d or 90d (default: 7d)")->type_name("RANGE");
  command->add_option("--filters", question->filters, "one value of the dimension: {\"priority\": \"P0\"}")
      ->type_name("JSON");
  command->footer("Example: tidemark show breakdown --project Network --metric throughput --dimension priority");
}

void add_drilldown(CLI::App& show, CommandContext& context) {
  CLI::App* command = nullptr;
  const auto question = add_shape<views::DrilldownQuestion>(show, context, command,
                                                            {"drilldown", "The tasks and decisions behind a metric"});
  command->add_option("--metric", question->metric, "its key, such as blocked")->type_name("METRIC")->required();
  command
      ->add_option("--filters", question->filters,
                   "phase, milestone, assignee, state, task_class, entity_type, from, to")
      ->type_name("JSON");
  command->add_option("--sort-by", question->sort_by, "value, timestamp or task_id (default: value)")->type_name("KEY");
  command->add_option("--sort-order", question->sort_order, "asc or desc (default: desc)")->type_name("ORDER");
  command->add_option("--limit", question->limit, "rows of a page, at most 500 (default: 50)")->type_name("N");
  command->add_option("--offset", question->offset, "rows before the page (default: 0)")->type_name("N");
  command->footer(
      "Example: tidemark show drilldown --project Network --metric blocked --filters '{\"assignee\": \"unassigned\"}'");
}

void add_open_alerts(CLI::App& show, CommandContext& context) {
  CLI::App* command = nullptr;
  const auto question =
      add_shape<views::AlertsQuestion>(show, context, command, {"alerts", "What is past its limits, and since when"});
  command->add_option("--severity", question->severity, "warning, critical or emergency (default: any)")
      ->type_name("SEVERITY");
  command->add_option("--metric", question->metric, "its key, such as lead_time (default: any)")->type_name("METRIC");
  command->add_option("--state", question->state, "open, resolved or all (default: open)")->type_name("STATE");
  command->footer("Example: tidemark show alerts --project Network --severity critical");
}

void add_actions(CLI::App& show, CommandContext& context) {
  CLI::App* command = nullptr;
  add_shape<views::ActionsQuestion>(show, context, command, {"actions", "What the newest summary suggests to do"});
  command->footer("Example: tidemark show actions --project Network");
}

void add_health(CLI::App& show, CommandContext& context) {
  CLI::App* command = nullptr;
  const auto question = add_shape<views::HealthQuestion>(
      show, context, command, {"health", "The milestones with open tasks, and how likely each is late"});
  command->add_option("--timestamp", question->timestamp, "as of the newest snapshot at or before it")
      ->type_name("INSTANT");
  command->footer("Example: tidemark show health --project Network");
}

}  // namespace

void add_show(CLI::App& app, CommandContext& context) {
  CLI::App* show = app.add_subcommand("show", "Print a project's summary, metrics, alerts, actions or milestones");
  show->fallthrough()->require_subcommand(1);
  show->footer("Example: tidemark show summary --project Network");
  add_summary(*show, context);
  add_trend(*show, context);
  add_breakdown(*show, context);
  add_drilldown(*show, context);
  add_open_alerts(*show, context);
  add_actions(*show, context);
  add_health(*show, context);
}

}  // namespace tidemark::jobs
