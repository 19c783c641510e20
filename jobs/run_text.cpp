#include "jobs/run_text.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <nlohmann/json.hpp>

#include "jobs/render/number.hpp"

namespace tidemark::jobs {
namespace {

using nlohmann::ordered_json;
using render::count_text;
using render::counted;

double seconds(Micros d) { return static_cast<double>(d.count()) / 1e6; }

std::int64_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

std::string table_line(std::string_view table, const readmodel::TableCounts& counts) {
  return fmt::format("  {:<10} {:>10} {:>10} {:>10}\n", table, count_text(counts.written), count_text(counts.unchanged),
                     count_text(counts.deleted));
}

ordered_json table_json(const readmodel::TableCounts& counts) {
  return {{"written", counts.written}, {"unchanged", counts.unchanged}, {"deleted", counts.deleted}};
}

}  // namespace

std::string failures_text(const std::vector<ProjectFailure>& failures) {
  return failures.empty()
             ? ""
             : fmt::format("{} failed; nothing half done was written\n", counted(failures.size(), "project"));
}

ordered_json failures_json(const std::vector<ProjectFailure>& failures) {
  ordered_json list = ordered_json::array();
  for (const auto& failure : failures)
    list.push_back(
        {{"project_id", to_string(failure.project.id)}, {"project", failure.project.name}, {"reason", failure.reason}});
  return list;
}

std::string refresh_text(const RefreshOutcome& outcome, Instant as_of) {
  const auto& report = outcome.report;
  if (report.projects == 0 && outcome.fresh > 0 && outcome.vanished_projects == 0)
    return fmt::format(
        "refresh: nothing to do: no changes were found, and the points of {} are fresh "
        "(`--as-of` brings them to an instant)\n",
        counted(outcome.fresh, "project"));
  const double elapsed = seconds(report.elapsed);
  const auto rows = report.written() + report.unchanged();
  std::string text =
      fmt::format("refresh: {} as of {}, {} of them whole; {} found, {} read\n", counted(report.projects, "project"),
                  format_instant(as_of), count_text(static_cast<std::int64_t>(report.whole)),
                  counted(report.changes, "change"), counted(report.source_rows, "source row"));
  text += fmt::format("  {:<10} {:>10} {:>10} {:>10}\n", "table", "written", "unchanged", "deleted");
  text += table_line("trend", report.trend) + table_line("breakdown", report.breakdown) +
          table_line("drilldown", report.drilldown);
  text += fmt::format(
      "{} computed in {:.1f} s ({} rows/s; summed over the workers: read {:.1f} s, compute {:.1f} s, compare and "
      "write {:.1f} s), peak memory {}\n",
      counted(rows, "row"), elapsed,
      count_text(elapsed > 0 ? static_cast<std::int64_t>(static_cast<double>(rows) / elapsed) : 0),
      seconds(report.reading), seconds(report.computing), seconds(report.writing),
      render::bytes_text(peak_memory_bytes()));
  if (report.quarantine_changes > 0)
    text += fmt::format("Quarantine: {} set aside, renewed or resolved; `tidemark status` shows them\n",
                        counted(report.quarantine_changes, "source row"));
  if (outcome.turned_back > 0)
    text +=
        fmt::format("{} turned back from a later as-of: the rows after {} are gone until a refresh at a later one\n",
                    counted(outcome.turned_back, "project"), format_instant(as_of));
  if (outcome.vanished_projects > 0)
    text +=
        fmt::format("Removed the rows of {} no longer in the sources\n", counted(outcome.vanished_projects, "project"));
  return text + failures_text(report.failures);
}

std::string snapshot_text(const SnapshotReport& report, Instant as_of) {
  return fmt::format("snapshot: {} at {} in {:.1f} s; summaries: {} written, {} unchanged, {} deleted\n",
                     counted(report.projects, "project"), format_instant(as_of), seconds(report.elapsed),
                     count_text(report.summary.written), count_text(report.summary.unchanged),
                     count_text(report.summary.deleted)) +
         failures_text(report.failures);
}

std::string alerts_text(const AlertReport& report, Instant as_of) {
  std::string text = fmt::format(
      "alerts: {} at {} in {:.1f} s: {} opened, {} escalated, {} renewed, {} closed, {} open and unchanged\n",
      counted(report.projects, "project"), format_instant(as_of), seconds(report.elapsed), count_text(report.opened),
      count_text(report.escalated), count_text(report.renewed), count_text(report.closed),
      count_text(report.unchanged));
  if (report.never_computed > 0)
    text += fmt::format("nothing is computed yet of {}; `tidemark run refresh --full` does it\n",
                        counted(report.never_computed, "project"));
  if (report.looked_at_later > 0)
    text += fmt::format("{} with alerts of a later as-of left as before\n", counted(report.looked_at_later, "project"));
  return text + failures_text(report.failures);
}

ordered_json refresh_json(const RefreshOutcome& outcome, Instant as_of) {
  const auto& report = outcome.report;
  return {{"job", "refresh"},
          {"mode", outcome.mode == RefreshMode::whole ? "full" : "incremental"},
          {"as_of", format_instant(as_of)},
          {"projects", report.projects},
          {"computed_whole", report.whole},
          {"fresh", outcome.fresh},
          {"changes", report.changes},
          {"source_rows", report.source_rows},
          {"trend", table_json(report.trend)},
          {"breakdown", table_json(report.breakdown)},
          {"drilldown", table_json(report.drilldown)},
          {"quarantine_changes", report.quarantine_changes},
          {"vanished_projects", outcome.vanished_projects},
          {"turned_back", outcome.turned_back},
          {"seconds", seconds(report.elapsed)},
          {"read_seconds", seconds(report.reading)},
          {"compute_seconds", seconds(report.computing)},
          {"write_seconds", seconds(report.writing)},
          {"peak_memory_bytes", peak_memory_bytes()},
          {"failures", failures_json(report.failures)}};
}

ordered_json snapshot_json(const SnapshotReport& report, Instant as_of) {
  return {{"job", "snapshot"},
          {"as_of", format_instant(as_of)},
          {"projects", report.projects},
          {"summary", table_json(report.summary)},
          {"seconds", seconds(report.elapsed)},
          {"failures", failures_json(report.failures)}};
}

ordered_json alerts_json(const AlertReport& report, Instant as_of) {
  return {{"job", "alerts"},
          {"as_of", format_instant(as_of)},
          {"projects", report.projects},
          {"never_computed", report.never_computed},
          {"looked_at_later", report.looked_at_later},
          {"opened", report.opened},
          {"escalated", report.escalated},
          {"renewed", report.renewed},
          {"closed", report.closed},
          {"unchanged", report.unchanged},
          {"seconds", seconds(report.elapsed)},
          {"failures", failures_json(report.failures)}};
}

}  // namespace tidemark::jobs
