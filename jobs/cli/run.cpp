// `tidemark run JOB`: one job in the foreground. Spec: jobs; running it, "Command line".
#include <fmt/format.h>

#include <charconv>
#include <memory>
#include <nlohmann/json.hpp>

#include "jobs/cli/command.hpp"
#include "jobs/cli/progress_line.hpp"
#include "jobs/difference_text.hpp"
#include "jobs/run_text.hpp"

namespace tidemark::jobs {
namespace {

constexpr int kMaxDays = 36500;

struct RunFlags {
  std::optional<std::string> project;
  bool full = false;
};

ManualRun manual_run(CommandContext& context, const RunFlags& flags, std::string_view job, ProgressLine& line) {
  ManualRun run;
  run.pool = {context.connection(job), context.settings.workers};
  run.as_of = context.now();
  run.project = flags.project;
  run.retention = context.retention();
  run.progress = [&line, job](std::size_t done, std::size_t total) { line.show(job, done, total, "projects"); };
  return run;
}

// A failure of one project is the run's, once the others are done.
ExitCode report_failures(const std::vector<ProjectFailure>& failures) {
  for (const auto& failure : failures)
    fmt::print(stderr, "tidemark: project {}: {}\n", failure.project.name, failure.reason);
  return failures.empty() ? ExitCode::done : static_cast<ExitCode>(failures.front().kind);
}

ExitCode refresh(CommandContext& context, const RunFlags& flags) {
  RefreshOutcome outcome;
  {
    ProgressLine line;
    auto run = manual_run(context, flags, "refresh", line);
    // Asked for an instant, every project is brought to it; else those that have something new.
    run.scope = context.as_of ? RunScope::covered : RunScope::due;
    outcome = flags.full ? run_full_refresh(run) : run_refresh(run);
  }
  if (context.settings.json)
    fmt::print("{}\n", refresh_json(outcome, context.now()).dump(2));
  else
    fmt::print("{}", refresh_text(outcome, context.now()));
  return report_failures(outcome.report.failures);
}

ExitCode snapshot(CommandContext& context, const RunFlags& flags) {
  SnapshotReport report;
  {
    ProgressLine line;
    report = run_snapshot(manual_run(context, flags, "snapshot", line));
  }
  if (context.settings.json)
    fmt::print("{}\n", snapshot_json(report, context.now()).dump(2));
  else
    fmt::print("{}", snapshot_text(report, context.now()));
  return report_failures(report.failures);
}

ExitCode alerts(CommandContext& context, const RunFlags& flags) {
  AlertReport report;
  {
    ProgressLine line;
    report = run_alerts(manual_run(context, flags, "alerts", line), context.settings.alerts);
  }
  if (context.settings.json)
    fmt::print("{}\n", alerts_json(report, context.now()).dump(2));
  else
    fmt::print("{}", alerts_text(report, context.now()));
  return report_failures(report.failures);
}

struct ReconcileFlags {
  RunFlags run;
  std::string days = std::to_string(kReconciledDays);
  bool check = false;
};

std::optional<int> require_days(const std::string& text) {
  if (text == "all") return std::nullopt;
  int days = 0;
  const auto end = text.data() + text.size();
  const auto [stopped, failure] = std::from_chars(text.data(), end, days);
  if (failure != std::errc{} || stopped != end || days < 1 || days > kMaxDays)
    throw Error(ErrorKind::usage,
                fmt::format("--days '{}' is neither a number of days, 1 to {}, nor all", text, kMaxDays));
  return days;
}

ExitCode reconcile_projects(CommandContext& context, const ReconcileFlags& flags) {
  const ReconcileRun wanted{require_days(flags.days), flags.check ? ReconcileMode::check : ReconcileMode::repair};
  ReconcileOutcome outcome;
  {
    ProgressLine line;
    outcome = run_reconcile(manual_run(context, flags.run, "reconcile", line), wanted);
  }
  if (context.settings.json)
    fmt::print("{}\n", reconcile_json(outcome).dump(2));
  else
    fmt::print("{}", reconcile_text(outcome));
  const auto code = report_failures(outcome.report.failures);
  return code == ExitCode::done && flags.check && outcome.report.rows_different > 0 ? ExitCode::failed : code;
}

CLI::App* add_job(CLI::App& run, CommandContext& context, const std::shared_ptr<RunFlags>& flags, std::string name,
                  std::string help) {
  auto* job = run.add_subcommand(std::move(name), std::move(help))->fallthrough();
  job->add_option("--project", flags->project, "its id or its exact name (default: all that the job covers)")
      ->type_name("PROJECT");
  add_as_of(*job, context);
  return job;
}

void add_reconcile(CLI::App& run, CommandContext& context) {
  const auto flags = std::make_shared<ReconcileFlags>();
  const std::shared_ptr<RunFlags> shared(flags, &flags->run);
  auto* job = add_job(run, context, shared, "reconcile", "Recompute, compare with what is stored, repair and report");
  job->add_option("--days", flags->days, "buckets that end in so many days before the as-of, or all (default: 35)")
      ->type_name("DAYS");
  job->add_flag("--check", flags->check, "report differences and repair nothing; exit code 1 where there are any");
  job->footer(
      "Each project is compared at the as-of that its rows stand for.\n"
      "Example: tidemark run reconcile --project Network --days all --check");
  job->callback(
      [&context, flags] { context.action = [&context, flags] { return reconcile_projects(context, *flags); }; });
}

}  // namespace

void add_run(CLI::App& app, CommandContext& context) {
  auto* run = app.add_subcommand("run", "Run one job now, in the foreground");
  run->fallthrough()->require_subcommand(1);
  run->footer("Examples:\n  tidemark run refresh\n  tidemark run snapshot --as-of 2016-05-15T00:00:00Z");

  const auto refresh_flags = std::make_shared<RunFlags>();
  auto* refresh_job =
      add_job(*run, context, refresh_flags, "refresh", "Bring trend, breakdown and drilldown to an as-of");
  refresh_job->add_flag("--full", refresh_flags->full,
                        "recompute every project from all of its sources (default: only what can have changed); "
                        "either way what is unchanged is not written");
  refresh_job->footer(
      "Without --as-of, the projects in which something changed or whose points have grown old are\n"
      "brought to now; with it, every project is brought to that instant.\n"
      "Examples:\n"
      "  tidemark run refresh\n"
      "  tidemark run refresh --full --project Network --as-of 2016-05-15T00:00:00Z");
  refresh_job->callback([&context, refresh_flags] {
    context.action = [&context, refresh_flags] { return refresh(context, *refresh_flags); };
  });

  const auto snapshot_flags = std::make_shared<RunFlags>();
  auto* snapshot_job = add_job(*run, context, snapshot_flags, "snapshot", "Record one summary per active project");
  snapshot_job->footer("Example: tidemark run snapshot --as-of 2016-05-15T00:00:00Z");
  snapshot_job->callback([&context, snapshot_flags] {
    context.action = [&context, snapshot_flags] { return snapshot(context, *snapshot_flags); };
  });

  add_reconcile(*run, context);
  add_run_compact(*run, context);

  const auto alerts_flags = std::make_shared<RunFlags>();
  auto* alerts_job =
      add_job(*run, context, alerts_flags, "alerts", "Open, escalate and close alerts on what is stored");
  alerts_job->footer("Example: tidemark run alerts --as-of 2016-05-15T00:00:00Z");
  alerts_job->callback([&context, alerts_flags] {
    context.action = [&context, alerts_flags] { return alerts(context, *alerts_flags); };
  });
}

}  // namespace tidemark::jobs
