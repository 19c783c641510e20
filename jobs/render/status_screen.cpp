#include "jobs/render/status_screen.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

#include "contracts/definition.hpp"
#include "jobs/render/fields.hpp"
#include "jobs/render/health_screens.hpp"
#include "jobs/render/line.hpp"
#include "jobs/render/number.hpp"
#include "jobs/render/table.hpp"

namespace tidemark::render {
namespace {

constexpr std::size_t kProjectsShown = 10;

// Whether one of its families is older than its target. Spec: jobs, "Freshness".
bool is_behind(const views::ProjectStatus& project, Instant now) {
  return std::any_of(project.families.begin(), project.families.end(), [&](const readmodel::Freshness& stored) {
    return std::any_of(kMetricFamilies.begin(), kMetricFamilies.end(), [&](MetricFamily family) {
      return stored.family == to_string(family) && now - stored.as_of > freshness_minutes(family) * kMinute;
    });
  });
}

std::string day_and_time(Instant t) {
  const auto text = format_instant(t);
  return text.substr(0, 10) + " " + text.substr(11, 5);
}

std::string freshness_text(const views::Status& status) {
  std::optional<Instant> newest;
  std::size_t computed = 0;
  std::size_t behind = 0;
  for (const auto& project : status.projects) {
    if (!project.as_of) continue;
    ++computed;
    newest = newest ? std::max(*newest, *project.as_of) : *project.as_of;
    if (is_behind(project, status.now)) ++behind;
  }
  if (!newest) return "nothing has been computed yet; `tidemark run refresh --full` does it";
  return fmt::format("newest as-of {} ({}), {} of {} projects computed, {} behind the freshness target",
                     format_instant(*newest), age_text(std::max(Micros{0}, status.now - *newest)), computed,
                     status.projects.size(), behind);
}

// How long ago the project that was longest not compared with a recompute was. Spec: jobs, rule 2.
std::string reconciled_text(const views::Status& status) {
  std::optional<Instant> oldest;
  std::size_t never = 0;
  for (const auto& project : status.projects) {
    if (!project.as_of) continue;
    if (!project.reconciled_at)
      ++never;
    else
      oldest = oldest ? std::min(*oldest, *project.reconciled_at) : *project.reconciled_at;
  }
  if (!oldest)
    return never == 0 ? "" : "never reconciled; `tidemark run reconcile` compares the rows with a recompute\n";
  return fmt::format("reconciled: the longest ago {}{}\n", age_text(status.clock - *oldest),
                     never == 0 ? "" : fmt::format(", {} never", never));
}

std::string holder_text(const readmodel::LockHolder& holder) {
  if (holder.gid) return fmt::format("prepared transaction '{}'", printable(*holder.gid));
  if (!holder.pid) return "a transaction that has just ended";
  return holder.application.empty() ? fmt::format("process {}", *holder.pid)
                                    : fmt::format("process {} ({})", *holder.pid, printable(holder.application));
}

std::string watermark_text(const views::Status& status, const Terminal& terminal) {
  const auto waiting = fmt::format("found and not computed: {} in {}\n", count_text(status.dirty.rows),
                                   counted(status.dirty.projects, "project"));
  std::string out;
  for (const auto& fault : status.watermark_faults)
    out += fmt::format("new events cannot be found: {}; {}\n", printable(fault.text), printable(fault.remedy));
  if (!status.watermark) return out.empty() ? "new events have not been looked for yet\n" : out;
  const auto& cursor = status.watermark->cursor;
  out += fmt::format("every event up to id {} is known{}; {}", count_text(cursor.watermark),
                     status.watermark->holders.empty() ? "" : ", but those that open transactions hold", waiting);
  if (status.watermark->holders.empty()) return out;
  Table table{{{"held by"}, {"missing ids, at most", Align::right}, {"begun"}, {"first seen"}}};
  for (const auto& holder : status.watermark->holders)
    table.add({holder_text(holder), count_text(static_cast<std::int64_t>(holder.ids)),
               holder.started ? age_text(status.now - *holder.started) : std::string{kAbsent},
               age_text(status.now - holder.since)});
  return out + table.text(terminal);
}

std::string changes_text(const views::Status& status) {
  std::vector<std::string> captured, by_cursor;
  for (const auto& source : status.changes)
    (source.method == readmodel::ChangeMethod::capture ? captured : by_cursor).push_back(source.table);
  if (by_cursor.empty()) return captured.empty() ? "" : "changes of the other sources are found by capture\n";
  const auto found = captured.empty() ? "the other sources" : fmt::format("{}", fmt::join(by_cursor, ", "));
  return fmt::format("changes of {} are found by cursor{}\n", found,
                     captured.empty() ? "" : ", of the others by capture");
}

std::string tables_text(const views::Status& status, const Terminal& terminal) {
  Table table{{{"table"}, {"rows", Align::right}, {"size", Align::right}}};
  for (const auto& size : status.tables)
    table.add({size.table, (size.counted == readmodel::RowCount::estimated ? "~" : "") + count_text(size.rows),
               bytes_text(size.bytes)});
  return table.text(terminal);
}

// What the newest compaction did, and which weeks it had to leave.
std::string compacted_text(const views::Status& status) {
  const auto run = std::find_if(status.runs.begin(), status.runs.end(),
                                [](const readmodel::RunRecord& record) { return record.job == "compact"; });
  if (run == status.runs.end() || !run->report) return "";
  const auto report = views::Json::parse(*run->report, nullptr, false);
  const auto& total = member(report, "total");
  const auto count = [&](const char* key) { return static_cast<std::int64_t>(number(total, key).value_or(0)); };
  std::string out = fmt::format(
      "compacted {}{}: {} deleted, {} thinned, {} merged, {} freed\n", age_text(status.clock - run->started_at),
      report.value("interrupted", false) ? ", interrupted" : "", counted(count("deleted"), "row"),
      count_text(count("thinned")), counted(count("merged"), "week"), bytes_text(count("bytes_freed")));
  const auto& left = member(report, "weeks_left");
  if (!left.is_array() || left.empty()) return out;
  const auto& first = left.front();
  return out + fmt::format("{} left in place, since the days say something else; {} {} of {}: {}\n",
                           counted(left.size(), "week"), printable(text(first, "project")), text(first, "metric"),
                           text(first, "week").substr(0, 10), printable(text(first, "reason")));
}

Style style_of_run(const std::string& status) {
  if (status == "succeeded") return Style::good;
  return status == "failed" ? Style::bad : Style::warning;
}

std::string runs_text(const views::Status& status, const Terminal& terminal) {
  if (status.runs.empty()) return "no job has run yet\n";
  Table table{{{"job"},
               {"status"},
               {"started", Align::left},
               {"took", Align::right},
               {"written", Align::right},
               {"unchanged", Align::right},
               {"deleted", Align::right},
               {"reason"}}};
  for (const auto& run : status.runs) {
    const auto took =
        run.finished_at ? minutes_text(to_minutes(*run.finished_at - run.started_at)) : std::string{kAbsent};
    table.add({run.job + " " + run.mode,
               {run.status, style_of_run(run.status)},
               day_and_time(run.started_at),
               took,
               count_text(run.rows_written),
               count_text(run.rows_unchanged),
               count_text(run.rows_deleted),
               {run.failure_reason.value_or(""), Style::bad}});
  }
  return table.text(terminal) + compacted_text(status);
}

std::string alerts_text(const views::Status& status, const Terminal& terminal) {
  if (status.alerts.empty()) return "no alert is open\n";
  Line line{terminal};
  for (const auto& count : status.alerts) {
    const auto severity = to_string(count.severity);
    line.add(line.width() == 0 ? "" : ", ")
        .add(fmt::format("{} {}", count_text(count.open), severity), style_of_severity(severity));
  }
  return line.text() + "; `tidemark show alerts` lists a project's\n";
}

std::string quarantine_text(const views::Status& status, const Terminal& terminal) {
  const auto open = std::accumulate(status.quarantine.begin(), status.quarantine.end(), std::int64_t{0},
                                    [](auto sum, const auto& count) { return sum + count.open; });
  if (open == 0) return "no source row is set aside\n";
  Table table{{{"source"}, {"row"}, {"reason"}, {"last seen", Align::right}}};
  for (const auto& entry : status.newest_quarantined)
    table.add({entry.source, entry.source_key, {entry.reason, Style::warning}, day_and_time(entry.last_seen)});
  return fmt::format("{} set aside; the latest:\n", counted(open, "source row")) + table.text(terminal);
}

std::string projects_text(const views::Status& status, const Terminal& terminal) {
  if (status.projects.empty()) return "there is no project; `tidemark import` loads a work log\n";
  const auto score = [](const std::optional<double>& value) {
    return value ? fmt::format("{:.1f}", *value) : std::string{kAbsent};
  };
  const auto count = [](const std::optional<double>& value) {
    return value ? decimal_text(*value) : std::string{kAbsent};
  };
  Table table{{{"project"},
               {"health", Align::right},
               {"predictable", Align::right},
               {"flow", Align::right},
               {"WIP", Align::right},
               {"blocked", Align::right},
               {"backlog", Align::right},
               {"as of", Align::right}}};
  for (std::size_t i = 0; i < std::min(kProjectsShown, status.projects.size()); ++i) {
    const auto& project = status.projects[i];
    const auto health = project.health ? (*project.health >= 70   ? Style::good
                                          : *project.health >= 50 ? Style::warning
                                                                  : Style::bad)
                                       : Style::faint;
    table.add({project.name,
               {score(project.health), health},
               score(project.predictability),
               score(project.flow_efficiency),
               {count(project.wip), Style::strong},
               project.blocked ? ratio_text(*project.blocked) : std::string{kAbsent},
               count(project.backlog),
               {project.as_of ? day_and_time(*project.as_of) : "never", Style::faint}});
  }
  std::string out = table.text(terminal);
  if (status.projects.size() > kProjectsShown)
    out += fmt::format("and {} more; `tidemark status --json` lists all\n", status.projects.size() - kProjectsShown);
  return out;
}

}  // namespace

std::string status_screen(const views::Status& status, const Terminal& terminal) {
  const auto section = [&](std::string_view title, const std::string& body) {
    return heading(title, terminal).text() + '\n' + body;
  };
  const auto& server = status.server;
  std::string out = fmt::format("database {} ({}) as {} on PostgreSQL {}\n", printable(server.database),
                                bytes_text(server.bytes), printable(server.user), printable(server.version));
  out += freshness_text(status) + '\n' + reconciled_text(status);
  out += section("PROJECTS, MOST WORK IN PROGRESS FIRST", projects_text(status, terminal));
  out += section("LAST RUNS", runs_text(status, terminal));
  out += section("OPEN ALERTS", alerts_text(status, terminal));
  out += section("EVENTS", watermark_text(status, terminal) + changes_text(status));
  out += section("TABLES", tables_text(status, terminal));
  return out + section("QUARANTINE", quarantine_text(status, terminal));
}

}  // namespace tidemark::render
