// `tidemark demo`: from nothing to filled tables on real data, in a database of its own. Spec: running it, "Two
// commands".
#include <fmt/format.h>

#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "jobs/cli/command.hpp"
#include "jobs/cli/progress_line.hpp"
#include "jobs/embedded_postgres.hpp"
#include "jobs/import/importer.hpp"
#include "jobs/import/report_text.hpp"
#include "jobs/render/answer_screens.hpp"
#include "jobs/render/status_screen.hpp"
#include "jobs/render/summary_screen.hpp"
#include "jobs/run_text.hpp"
#include "jobs/views/ask.hpp"
#include "jobs/views/status_view.hpp"
#include "migrations/migrator.hpp"

namespace tidemark::jobs {
namespace {

// At the wall clock of today every fine-grained row of the sample would be past its retention.
constexpr std::string_view kClock = "2016-05-15T00:00:00Z";
constexpr std::string_view kLog = "incident_event_log.csv.gz";
constexpr std::string_view kMapping = "service-desk.toml";
constexpr std::string_view kTrendMetric = "wip";

struct DemoFlags {
  std::filesystem::path sample;
  bool once = false;
};

// Beside an installed program, else where it was built from.
std::filesystem::path sample_folder(const DemoFlags& flags) {
  if (!flags.sample.empty()) return flags.sample;
  std::error_code ignored;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
  const auto installed = program.parent_path().parent_path() / "share/tidemark/sample-data";
  return std::filesystem::exists(installed, ignored) ? installed : std::filesystem::path{TIDEMARK_SAMPLE_DATA};
}

// The demo's database is never the one that real data goes to, and its clock stands in its own tidemark.toml.
void write_configuration(const std::filesystem::path& home) {
  const auto file = home / "tidemark.toml";
  if (std::filesystem::exists(file)) return;
  std::ofstream out(file);
  out << "# The demo's configuration: its sample ends long ago, so its clock stands at an instant inside it.\n"
         "clock = \""
      << kClock << "\"\n";
  if (!out.flush())
    throw Error(ErrorKind::failed,
                fmt::format("cannot write {}: check its folder's permissions and free space", file.string()));
}

class StepTimes {
 public:
  template <typename Step>
  auto measure(std::string_view name, Step&& step) {
    const auto start = std::chrono::steady_clock::now();
    struct Stop {
      StepTimes& times;
      std::string_view name;
      std::chrono::steady_clock::time_point start;
      ~Stop() {
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        times.text_ += fmt::format("{}{} {:.1f} s", times.text_.empty() ? "" : ", ", name, seconds);
      }
    } stop{*this, name, start};
    return step();
  }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

// Shows the tables and the project with the most work in progress, and returns its name.
std::string show_result(CommandContext& context, const readmodel::ConnectionSettings& connection) {
  const auto terminal = render::Terminal::of_stdout();
  readmodel::Session session(connection);
  const auto status = views::read_status(session, context.now());
  fmt::print("{}\n", render::status_screen(status, terminal));
  if (status.projects.empty()) return "";
  const std::string project = to_string(status.projects.front().id);  // the one with the most work in progress
  const auto summary = views::ask(session, views::SummaryQuestion{project, std::nullopt}, context.now());
  fmt::print("{}\n", render::summary_screen(summary.project_name, summary.answer, terminal));
  views::TrendQuestion question;
  question.project = project;
  question.metric = kTrendMetric;
  const auto trend = views::ask(session, question, context.now());
  fmt::print("{}\n", render::trend_screen({trend.project_name, trend.metric}, trend.answer, terminal));
  return status.projects.front().name;
}

// The program as it can be typed here.
std::string program() {
  std::error_code ignored;
  const auto file = std::filesystem::read_symlink("/proc/self/exe", ignored);
  const auto near = std::filesystem::proximate(file, ignored).string();
  return near.rfind("..", 0) == 0 || near.empty() ? file.string()
         : near.find('/') == std::string::npos    ? "./" + near
                                                  : near;
}

void print_hints(const std::filesystem::path& home, const std::string& project) {
  const std::string name = program();
  fmt::print("Look further, in the same database:\n  export TIDEMARK_HOME={}\n", home.string());
  fmt::print("  {} show trend --project \"{}\" --metric lead_time --grain week\n", name, project);
  fmt::print("  {} show breakdown --project \"{}\" --metric wip --dimension task_class\n", name, project);
  fmt::print("  {} show drilldown --project \"{}\" --metric blocked --limit 10\n", name, project);
  fmt::print("  {} show alerts --project \"{}\"\n", name, project);
  fmt::print("  {} status\n", name);
}

ExitCode run_demo(CommandContext& context, const DemoFlags& flags) {
  auto& settings = context.settings;
  if (context.origins.find("home") == context.origins.end()) settings.home /= "demo";
  settings.database_url.clear();
  if (!settings.clock) settings.clock = parse_instant(kClock);
  const auto sample = sample_folder(flags);
  StepTimes times;

  readmodel::ConnectionSettings connection;
  connection.schema = settings.schema;
  connection.source_schema = settings.source_schema;
  connection.application_name = "tidemark demo";
  connection.url = times.measure("PostgreSQL", [&] { return EmbeddedPostgres{settings.home}.start(); });
  write_configuration(settings.home);

  times.measure("migrate", [&] {
    migrations::Goal goal;
    goal.sources = migrations::SourceTables::make;
    const auto steps = migrations::apply({connection.url, connection.schema, connection.source_schema}, goal);
    fmt::print("migrate: {} migrations applied\n", steps.size());
  });
  times.measure("import", [&] {
    ImportReport report;
    {
      ProgressLine line;
      ImportOptions options{sample / kMapping, sample / kLog, settings.home / "rejects.csv"};
      report = import_work_log(connection, options, [&](std::string_view stage, double, std::int64_t rows) {
        line.show(stage, static_cast<std::size_t>(rows), 0, "rows");
      });
    }
    fmt::print("{}", report_text(report));
  });

  ManualRun run{{connection, settings.workers}, context.now(), std::nullopt, {}};
  std::size_t failures = 0;
  times.measure("refresh", [&] {
    RefreshOutcome outcome;
    {
      ProgressLine line;
      run.progress = [&](std::size_t done, std::size_t total) { line.show("refresh", done, total, "projects"); };
      outcome = run_full_refresh(run);
    }
    failures += outcome.report.failures.size();
    fmt::print("{}", refresh_text(outcome, run.as_of));
  });
  times.measure("snapshot", [&] {
    run.progress = {};
    const auto report = run_snapshot(run);
    failures += report.failures.size();
    fmt::print("{}", snapshot_text(report, run.as_of));
  });
  times.measure("alerts", [&] {
    const auto report = run_alerts(run, settings.alerts);
    failures += report.failures.size();
    fmt::print("{}\n", alerts_text(report, run.as_of));
  });
  const auto busiest = times.measure("show", [&] { return show_result(context, connection); });

  fmt::print("Everything above is as of {}, the demo's clock ({}).\nTime: {}\n\n", format_instant(context.now()),
             (settings.home / "tidemark.toml").string(), times.text());
  print_hints(settings.home, busiest);
  return failures == 0 ? ExitCode::done : ExitCode::failed;
}

}  // namespace

void add_demo(CLI::App& app, CommandContext& context) {
  auto* demo = app.add_subcommand("demo", "Show Tidemark on real data, in a private database of its own");
  const auto flags = std::make_shared<DemoFlags>();
  demo->add_flag("--once", flags->once, "end when everything has been shown (so far it always does)");
  demo->add_option("--sample", flags->sample, "the folder of the sample's log and mapping")->type_name("FOLDER");
  demo->footer("Example: tidemark demo --once");
  demo->callback([&context, flags] { context.action = [&context, flags] { return run_demo(context, *flags); }; });
}

}  // namespace tidemark::jobs
