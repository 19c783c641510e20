// A day of the simulation, and what has to hold after it.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "jobs/retention_settings.hpp"
#include "support/sql.hpp"
#include "support/vacuum.hpp"
#include "years/simulation.hpp"

namespace tidemark::tests {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kDaysBetweenVacuums = 7;
constexpr int kDaysBetweenWholeComparisons = 30;
// What happened before it is compared only where something arrived: as far as compaction goes back, and a week.
constexpr Micros kAlwaysCompared = (90 + 14) * kDay;

std::int64_t micros_since(Clock::time_point start) {
  return std::chrono::duration_cast<Micros>(Clock::now() - start).count();
}

std::string left_text(const jobs::CompactReport& report) {
  std::string text;
  for (const auto& left : report.left)
    text += fmt::format("  left in place: {} {} {}: {}\n", left.project, left.metric, format_instant(left.week),
                        left.reason);
  return text;
}

}  // namespace

std::string Simulation::day() {
  const auto start = Clock::now();
  as_of_ = today_ + 18 * kHour + chance_.below(6 * kHour);
  write_arrivals();
  write_books();
  const auto jobs_start = Clock::now();
  refresh_and_snapshot();
  figures_.micros_in_jobs += micros_since(jobs_start);
  std::string wrong = check_late_changes();
  mend_the_week();
  spoil_a_week();
  lose_weeks();
  wrong += compact();
  for (auto& project : projects_) wrong += compare(project);
  for (auto& project : projects_)
    if (project.source.source_retention_days && chance_.hits(20)) purge_sources(project);
  if (++figures_.days % kDaysBetweenVacuums == 0) vacuum(session_);
  today_ += kDay;
  figures_.micros += micros_since(start);
  return wrong.empty() ? wrong : fmt::format("at {}\n{}", format_instant(as_of_), wrong);
}

bool Simulation::compares_all() const { return figures_.days % kDaysBetweenWholeComparisons == 0; }

std::string Simulation::compact() {
  jobs::CompactOptions options;
  options.pool = {database_.connection(), 1};
  options.projects = jobs::compacted_projects(session_);
  options.retention = jobs::retention_in_force({});
  options.clock = as_of_;
  options.as_of = as_of_;
  options.pause = std::chrono::milliseconds{0};
  const auto named = fingerprint_of_named_rows(session_, retained());
  const auto start = Clock::now();
  const auto report = jobs::compact(options);
  figures_.micros_in_jobs += micros_since(start);
  const auto total = report.total();
  figures_.merged += total.merged;
  figures_.deleted += total.deleted + total.thinned;
  figures_.weeks_left += static_cast<std::int64_t>(report.left.size());

  std::string wrong;
  for (const auto& failure : report.failures) wrong += fmt::format("  compact failed: {}\n", failure.reason);
  const bool as_expected =
      sabotage_ ? report.left.size() == 1 && report.left[0].project_id == sabotage_->week.project &&
                      report.left[0].metric == sabotage_->week.metric && report.left[0].week == sabotage_->week.week
                : report.left.empty();
  if (!as_expected)
    wrong += fmt::format("  weeks left, {} made wrong:\n{}",
                         sabotage_ ? sabotage_->week.metric + " " + format_instant(sabotage_->week.week) : "none",
                         left_text(report));
  if (const auto past = rows_past_their_policy(session_, retained()); !past.empty())
    wrong += "  rows stand that no policy names:\n" + past;
  if (const auto all = fingerprint_of_all_rows(session_); all != named)
    wrong += fmt::format("  rows that the policies name, before\n{}and after\n{}", named, all);
  return wrong;
}

std::string Simulation::compare(Project& project) {
  auto wrong = compare_coarse(project);
  if (compares_all()) wrong += compare_fine(project);
  return wrong.empty() ? wrong : fmt::format("  project {}\n{}", project.header.name, wrong);
}

std::string Simulation::compare_coarse(Project& project) {
  const Instant reached = reach(project);
  const bool all = compares_all();
  Instant since = as_of_ - kAlwaysCompared;
  if (oldest_arrival_) since = std::min(since, *oldest_arrival_);
  since = bucket_start(Grain::week, bucket_start(Grain::month, since));
  if (all) since = bucket_start(Grain::week, Instant{});
  if (project.source.source_retention_days) since = reached;
  auto computed = computed_coarse_rows(session_, project.header, as_of_, since);

  Rows stored;
  if (project.source.source_retention_days) {
    const auto text = format_instant(reached);
    for (auto& [key, value] : project.newest)
      if (key < text) project.frozen.insert_or_assign(key, value);
    project.newest = computed;
    if (all) computed.insert(project.frozen.begin(), project.frozen.end());
    stored = stored_coarse_rows(session_, project.header.id, all ? bucket_start(Grain::week, Instant{}) : since);
  } else {
    stored = stored_coarse_rows(session_, project.header.id, since);
  }
  figures_.coarse_rows += static_cast<std::int64_t>(computed.size());
  return differences(stored, computed, [&](const auto& key, const auto* own, const auto* other) {
    return excused(project, key, own, other);
  });
}

bool Simulation::excused(const Project& project, const std::string& key, const std::string* stored,
                         const std::string* computed) {
  const auto parts = parse_coarse_key(key);
  if (parts.grain != "week" || stored == nullptr || computed == nullptr) return false;
  if (sabotage_ && sabotage_->week.project == project.header.id && sabotage_->week.metric == parts.metric &&
      format_instant(sabotage_->week.week) == parts.bucket)
    return key.size() > 3 && key.compare(key.size() - 3, 3, "|{}") == 0;
  if (project.merged.count(parts.metric + '|' + parts.bucket) == 0) return false;
  ++figures_.approximate;
  return same_but_merged(*stored, *computed);
}

std::string Simulation::compare_fine(Project& project) {
  const auto computed = computed_fine_rows(session_, project.header, as_of_);
  figures_.fine_rows += static_cast<std::int64_t>(computed.size());
  const auto reached = project.source.source_retention_days ? format_instant(reach(project)) : std::string{};
  return differences(stored_fine_rows(session_, project.header.id), computed,
                     [&](const std::string& key, const std::string*, const std::string* other) {
                       if (key < reached) return true;
                       if (!sabotage_ || other != nullptr || sabotage_->week.project != project.header.id) return false;
                       const auto& week = sabotage_->week;
                       return key >= format_instant(week.week) && key < format_instant(week.week + kWeek) &&
                              key.find("|trend|" + week.metric + "|") != std::string::npos;
                     });
}

// What can no longer be computed is set aside with the reason.
std::string Simulation::check_late_changes() {
  std::string wrong;
  for (const auto& row : late_) {
    ++figures_.late_changes;
    const auto found = sql_value(
        session_,
        fmt::format("SELECT count(q.id) FROM event_log AS e LEFT JOIN metrics_quarantine AS q ON q.project_id = "
                    "e.project_id AND q.source = 'event_log' AND q.source_key = e.id::text AND q.resolved_at IS "
                    "NULL WHERE e.correlation_id = '{}' GROUP BY e.id",
                    key_of(row)));
    if (found == "0") wrong += fmt::format("  a late event is not in quarantine: {}\n", row.columns.dump());
  }
  return wrong;
}

}  // namespace tidemark::tests
