// `tidemark run compact`, and `tidemark compact` for short: retention and downsampling. Spec: jobs, "Compaction".
#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <memory>
#include <nlohmann/json.hpp>

#include "jobs/cli/command.hpp"
#include "jobs/cli/progress_line.hpp"
#include "jobs/manual_run.hpp"

namespace tidemark::jobs {
namespace {

struct CompactFlags {
  std::optional<std::string> project;
  bool dry_run = false;
};

// Set by SIGINT or SIGTERM: the running batch is the last. A second signal ends the process as it always would.
std::atomic<bool> stop_wanted{false};
static_assert(std::atomic<bool>::is_always_lock_free, "it is set in a signal handler");

void stop_on_signals() {
  struct sigaction action {};
  action.sa_handler = [](int) { stop_wanted = true; };
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_RESTART);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

ExitCode compact_projects(CommandContext& context, const CompactFlags& flags) {
  CompactReport report;
  {
    ProgressLine line;
    ManualRun run;
    run.pool = {context.connection("compact"), context.settings.workers};
    run.as_of = context.now();
    run.project = flags.project;
    run.progress = [&line](std::size_t done, std::size_t total) { line.show("compact", done, total, "projects"); };
    CompactRun compacted{retention_in_force(context.settings.retention)};
    compacted.mode = flags.dry_run ? CompactMode::dry_run : CompactMode::run;
    compacted.as_of = context.as_of;
    compacted.batch_rows = context.settings.compact_batch_rows;
    compacted.pause = std::chrono::milliseconds{context.settings.compact_pause_ms};
    compacted.stop = [] { return stop_wanted.load(); };
    stop_on_signals();
    report = run_compact(run, compacted);
  }
  if (context.settings.json)
    fmt::print("{}\n", compact_json(report).dump(2));
  else
    fmt::print("{}", compact_text(report));
  if (const auto warning = left_warning(report); !warning.empty()) fmt::print(stderr, "tidemark: {}\n", warning);
  for (const auto& failure : report.failures)
    fmt::print(stderr, "tidemark: project {}: {}\n", failure.project.name, failure.reason);
  if (!report.failures.empty()) return static_cast<ExitCode>(report.failures.front().kind);
  return report.interrupted ? ExitCode::failed : ExitCode::done;
}

void define(CLI::App& command, CommandContext& context) {
  const auto flags = std::make_shared<CompactFlags>();
  command.add_option("--project", flags->project, "its id or its exact name (default: all, and the books)")
      ->type_name("PROJECT");
  command.add_flag("--dry-run", flags->dry_run, "print what would go, and write nothing");
  add_as_of(command, context);
  command.get_option("--as-of")->description(
      "what ages are told by (default: of each project, what its rows stand for)");
  command.footer(
      "Ctrl-C ends it after the batch at hand; the next run goes on from there.\n"
      "Example: tidemark compact --dry-run");
  command.callback(
      [&context, flags] { context.action = [&context, flags] { return compact_projects(context, *flags); }; });
}

constexpr const char* kHelp = "Delete what is past its retention, and let weeks stand for their hours and days";

}  // namespace

void add_run_compact(CLI::App& run, CommandContext& context) {
  define(*run.add_subcommand("compact", kHelp)->fallthrough(), context);
}

void add_compact(CLI::App& app, CommandContext& context) { define(*app.add_subcommand("compact", kHelp), context); }

}  // namespace tidemark::jobs
