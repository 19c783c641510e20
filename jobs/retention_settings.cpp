#include "jobs/retention_settings.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

namespace tidemark::jobs {
namespace {

constexpr std::pair<RetentionTable, std::string_view> kTables[]{
    {RetentionTable::trend, "trend"},           {RetentionTable::breakdown, "breakdown"},
    {RetentionTable::drilldown, "drilldown"},   {RetentionTable::summary, "summary"},
    {RetentionTable::quarantine, "quarantine"}, {RetentionTable::job_run, "job_run"}};

constexpr int kSummaryAllDays = 30;
constexpr int kSummaryDays = 180;
constexpr int kBookDays = 90;
constexpr int kNearRealTimeDays = 7;
constexpr std::string_view kBatchJobs[]{"reconcile", "compact", "backfill", "collect"};
constexpr std::string_view kNearRealTimeJobs[]{"refresh", "snapshot", "alerts"};

// What is read of the stored day points: the newest, which may be partial, one whole day, and the 28 before it.
constexpr int kAnomalyDays = 30;
// A rolling metric's day stands for seven days, and is shown against the seven before.
constexpr int kRollingDays = 14;
// The range of a breakdown that nobody named.
constexpr int kBreakdownDays = 7;
// Milestones are shown by the summaries of the last day.
constexpr int kSummaryLeastDays = 2;

bool matches(const std::string& pattern, std::string_view name) {
  return fnmatch(pattern.c_str(), std::string{name}.c_str(), FNM_NOESCAPE) == 0;
}

std::vector<std::string_view> names_of(RetentionTable table) {
  std::vector<std::string_view> names;
  if (table == RetentionTable::job_run) {
    names.assign(std::begin(kNearRealTimeJobs), std::end(kNearRealTimeJobs));
    names.insert(names.end(), std::begin(kBatchJobs), std::end(kBatchJobs));
  } else {
    for (const auto& metric : all_metrics()) names.push_back(metric.key);
  }
  return names;
}

std::vector<KeptRows> rows_of(const RetentionEntry& entry) {
  if (entry.table == RetentionTable::breakdown) return {KeptRows::breakdown};
  if (entry.table == RetentionTable::drilldown) return {KeptRows::drilldown};
  std::vector<KeptRows> rows;
  if (entry.table == RetentionTable::trend)
    for (const Grain grain : entry.grains) rows.push_back(kept_rows(grain));
  return rows;
}

void apply(const RetentionEntry& entry, RetentionInForce& in_force) {
  const auto set = [&](Kept& kept, const std::optional<KeptDays>& days) {
    if (days) kept = {*days, entry.place};
  };
  switch (entry.table) {
    case RetentionTable::summary:
      set(in_force.summary, entry.days);
      set(in_force.summary_all, entry.all_days);
      return;
    case RetentionTable::quarantine: set(in_force.quarantine, entry.days); return;
    case RetentionTable::job_run:
      for (auto& [job, kept] : in_force.job_runs)
        if (matches(entry.pattern, job)) set(kept, entry.days);
      return;
    case RetentionTable::trend:
    case RetentionTable::breakdown:
    case RetentionTable::drilldown: break;
  }
  for (auto& [metric, kept] : in_force.metrics)
    if (matches(entry.pattern, metric))
      for (const KeptRows rows : rows_of(entry)) set(kept[static_cast<std::size_t>(rows)], entry.days);
}

int length_of(const Kept& kept) { return kept.days.value_or(std::numeric_limits<int>::max()); }

// The shortest that the rows may be kept so that what reads them is whole.
void require_at_least(const Kept& kept, int least, const std::string& whose, std::string_view why) {
  if (length_of(kept) < least)
    throw std::invalid_argument(fmt::format("{} kept {} ({}) go too early: {}, so keep them at least {} d", whose,
                                            days_text(kept.days), kept.origin, why, least));
}

void require_order(const Kept& finer, const Kept& coarser, const std::string& whose, KeptRows rows) {
  const auto name = [](KeptRows r) { return to_string(r).substr(std::string_view{"trend "}.size()); };
  const auto above = static_cast<KeptRows>(static_cast<int>(rows) + 1);
  if (length_of(finer) > length_of(coarser))
    throw std::invalid_argument(fmt::format(
        "{}: {} points kept {} ({}) would outlive the {} points ({}, {}) that they are compared with before "
        "they go; keep the {} points as long",
        whose, name(rows), days_text(finer.days), finer.origin, name(above), days_text(coarser.days), coarser.origin,
        name(above)));
}

void check_metric(const Metric& metric, const KeptByRows& kept) {
  const auto of = [&](KeptRows rows) -> const Kept& { return kept[static_cast<std::size_t>(rows)]; };
  const std::string key{metric.key};
  for (const KeptRows rows : {KeptRows::trend_hour, KeptRows::trend_day, KeptRows::trend_week})
    require_order(of(rows), of(static_cast<KeptRows>(static_cast<int>(rows) + 1)), key, rows);
  const std::string days = key + ": day points";
  if (metric.undivided)
    require_at_least(of(KeptRows::trend_day), kAnomalyDays, days,
                     "its anomaly alert compares the newest of them with the 28 before");
  if (metric.kind == MetricKind::rolling)
    require_at_least(of(KeptRows::trend_day), kRollingDays, days,
                     "each stands for seven days and is shown against the seven before");
  if (!metric.breakdown_dimensions.empty())
    require_at_least(of(KeptRows::breakdown), kBreakdownDays, key + ": breakdown",
                     "a breakdown shows the newest seven days");
}

}  // namespace

std::string_view to_string(KeptRows rows) {
  switch (rows) {
    case KeptRows::trend_hour: return "trend hour";
    case KeptRows::trend_day: return "trend day";
    case KeptRows::trend_week: return "trend week";
    case KeptRows::trend_month: return "trend month";
    case KeptRows::breakdown: return "breakdown";
    case KeptRows::drilldown: return "drilldown";
  }
  return "";
}

std::string_view to_string(RetentionTable table) {
  for (const auto& [known, name] : kTables)
    if (known == table) return name;
  return "";
}

std::string days_text(const KeptDays& days) { return days ? fmt::format("{} d", *days) : "for ever"; }

RetentionTable parse_retention_table(std::string_view text) {
  std::vector<std::string_view> names;
  for (const auto& [table, name] : kTables) {
    if (name == text) return table;
    names.push_back(name);
  }
  throw std::invalid_argument(fmt::format("there is no table \"{}\"; the tables are {}", text, fmt::join(names, ", ")));
}

void check_pattern(RetentionTable table, const std::string& pattern) {
  const auto names = names_of(table);
  if (std::any_of(names.begin(), names.end(), [&](auto name) { return matches(pattern, name); })) return;
  throw std::invalid_argument(fmt::format("no {} matches \"{}\"; there are {}",
                                          table == RetentionTable::job_run ? "job" : "metric", pattern,
                                          fmt::join(names, ", ")));
}

Policies RetentionInForce::policies() const {
  Policies policies;
  for (const auto& [metric, kept] : metrics)
    for (const KeptRows rows : kKeptRows) policies[metric].of(rows) = kept[static_cast<std::size_t>(rows)].days;
  return policies;
}

const Kept& RetentionInForce::job_run(std::string_view job) const {
  const auto found = job_runs.find(job);
  return found == job_runs.end() ? job_runs.find("compact")->second : found->second;
}

const Kept& RetentionInForce::of(std::string_view metric, KeptRows rows) const {
  return metrics.find(metric)->second[static_cast<std::size_t>(rows)];
}

RetentionInForce retention_in_force(const std::vector<RetentionEntry>& entries) {
  RetentionInForce in_force;
  for (const auto& metric : all_metrics()) {
    const auto policy = policy_of(metric.retention);
    auto& kept = in_force.metrics[std::string{metric.key}];
    for (const KeptRows rows : kKeptRows) kept[static_cast<std::size_t>(rows)] = {policy.of(rows), "catalogue"};
  }
  in_force.summary_all = {kSummaryAllDays, "default"};
  in_force.summary = {kSummaryDays, "default"};
  in_force.quarantine = {kBookDays, "default"};
  for (const auto job : kBatchJobs) in_force.job_runs[std::string{job}] = {kBookDays, "default"};
  for (const auto job : kNearRealTimeJobs) in_force.job_runs[std::string{job}] = {kNearRealTimeDays, "default"};
  for (const auto& entry : entries) apply(entry, in_force);
  return in_force;
}

void check_retention(const RetentionInForce& in_force) {
  for (const auto& [key, kept] : in_force.metrics) check_metric(*find_metric(key), kept);
  if (length_of(in_force.summary_all) > length_of(in_force.summary))
    throw std::invalid_argument(fmt::format("summary: all_days {} ({}) is longer than days {} ({})",
                                            days_text(in_force.summary_all.days), in_force.summary_all.origin,
                                            days_text(in_force.summary.days), in_force.summary.origin));
  require_at_least(in_force.summary_all, kSummaryLeastDays, "summary: all_days",
                   "milestones are shown by the snapshots of the last day");
}

}  // namespace tidemark::jobs
