// `tidemark import`: loads a work log into the delivery source tables, the one command that writes there.
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "jobs/cli/command.hpp"
#include "jobs/cli/progress_line.hpp"
#include "jobs/import/importer.hpp"
#include "jobs/import/report_text.hpp"

namespace tidemark::jobs {
namespace {

constexpr std::string_view kNotes =
    R"(This is the one command that writes source tables (project, task, event_log, gate_rule, gate_decision,
gate_candidate_link, integration_attempt, lease): make them first with `tidemark migrate --with-sources`.
A log may come in parts and in any order, and again: what is there already is not written.

Examples:
  tidemark import --mapping service-desk.toml incident_event_log.csv.gz
  tidemark import --mapping service-desk.toml --dry-run incident_event_log.csv.gz
  ssh desk cat /var/log/incidents.csv | tidemark import --mapping service-desk.toml --rejects bad.csv -)";

struct ImportFlags {
  ImportOptions options;
  bool dry_run = false;
};

// The log's length is not known before its end, but how much of the file is read is.
std::size_t estimated_rows(double share, std::int64_t rows) {
  return share > 0 ? static_cast<std::size_t>(static_cast<double>(rows) / share) : 0;
}

ExitCode run_import(CommandContext& context, const ImportFlags& flags) {
  std::optional<readmodel::ConnectionSettings> database;
  if (!flags.dry_run) database = context.connection("import");
  const ImportReport report = [&] {
    ProgressLine line;
    return import_work_log(database, flags.options, [&](std::string_view stage, double share, std::int64_t rows) {
      line.show(stage, static_cast<std::size_t>(rows), estimated_rows(share, rows), "rows");
    });
  }();
  if (context.settings.json)
    fmt::print("{}\n", report_json(report).dump(2));
  else
    fmt::print("{}", report_text(report));
  if (report.rows > 0 && report.rejected() == report.rows) return ExitCode::failed;  // the mapping is not this log's
  return ExitCode::done;
}

}  // namespace

void add_import(CLI::App& app, CommandContext& context) {
  auto* command =
      app.add_subcommand("import", "Load a work log (CSV and the like, gzip or not) into the source tables");
  const auto flags = std::make_shared<ImportFlags>();
  command->add_option("--mapping", flags->options.mapping, "What the log's columns and values mean (docs/import.md)")
      ->type_name("FILE")
      ->required();
  command->add_option("log", flags->options.log, "The log; - reads standard input")->type_name("LOG")->required();
  command->add_option("--rejects", flags->options.rejects, "Where bad rows go (default: <LOG's name>.rejects.csv here)")
      ->type_name("FILE");
  command->add_flag("--dry-run", flags->dry_run, "Read and count as a first import would; write no table");
  command->footer(std::string{kNotes});
  command->callback([&context, flags] { context.action = [&context, flags] { return run_import(context, *flags); }; });
}

}  // namespace tidemark::jobs
