#include <algorithm>
#include <set>

#include "jobs/compact_plan.hpp"
#include "jobs/compact_project.hpp"
#include "readmodel/checkpoint.hpp"
#include "readmodel/data_version.hpp"
#include "readmodel/floor_store.hpp"

namespace tidemark::jobs {
namespace {

// So many weeks of a metric are held in memory at once.
constexpr int kWeeksRead = 13;

class Planner {
 public:
  Planner(readmodel::Transaction& tx, const readmodel::ProjectHeader& project, const CompactOptions& options,
          CompactionInstants at)
      : tx_(tx), project_(project), options_(options), at_(at) {
    plan_.report = empty_report(options.retention, options.mode);
    plan_.fencing_token = readmodel::read_checkpoint(tx, {project.id}).fencing_token;
    stored_ = readmodel::read_floors(tx, project.id);
  }

  std::optional<ProjectPlan> plan() {
    const auto policies = options_.retention.policies();
    for (const auto& metric : all_metrics()) {
      if (options_.stop && options_.stop()) return std::nullopt;
      plan_metric(metric, policies.find(metric.key)->second);
    }
    plan_summaries();
    ProjectRows rows;
    rows.trend = std::move(plan_.merged);
    assign_ids(project_.id, rows);
    plan_.merged = std::move(rows.trend);
    return std::move(plan_);
  }

 private:
  using TotalsByWeek = std::map<KeptRows, std::vector<readmodel::WeekTotals>>;

  void plan_metric(const Metric& metric, const RetentionPolicy& policy) {
    const auto found = stored_.find(metric.key);
    const MetricFloors stored = found == stored_.end() ? MetricFloors{} : found->second;
    MetricFloors next = next_floors(stored, policy, at_);
    const auto weeks = count_weeks(metric, next);
    next.left_weeks = verify_weeks(metric, stored, next, weeks);
    for (const auto& [rows, totals] : weeks) doom_trend(metric, policy, rows, next, totals);
    doom_others(metric, policy, next);
    if (next != stored) plan_.floors.emplace(metric.key, std::move(next));
  }

  TotalsByWeek count_weeks(const Metric& metric, const MetricFloors& next) {
    TotalsByWeek weeks;
    for (const KeptRows rows : {KeptRows::trend_hour, KeptRows::trend_day, KeptRows::trend_week, KeptRows::trend_month})
      if (next.of(rows) != Instant::min())
        weeks[rows] = readmodel::count_trend_weeks(tx_, project_.id, {std::string{metric.key}, rows, next.of(rows)});
    return weeks;
  }

  // Returns the weeks that are left, ascending.
  std::vector<Instant> verify_weeks(const Metric& metric, const MetricFloors& stored, const MetricFloors& next,
                                    const TotalsByWeek& totals) {
    std::set<Instant> standing;
    for (const KeptRows rows : {KeptRows::trend_hour, KeptRows::trend_day})
      if (const auto found = totals.find(rows); found != totals.end())
        for (const auto& week : found->second) standing.insert(week.week);
    const auto weeks = weeks_to_verify(stored, next, standing);
    std::vector<Instant> left;
    for (auto first = weeks.begin(); first != weeks.end();) {
      const Instant end = *first + kWeeksRead * kWeek;
      const auto last = std::find_if(first, weeks.end(), [&](Instant week) { return week >= end; });
      const auto rows = read_weeks(metric, *first, *(last - 1) + kWeek);
      for (; first != last; ++first) verify(metric, *first, rows, left);
    }
    return left;
  }

  std::map<Instant, WeekRows> read_weeks(const Metric& metric, Instant from, Instant to) {
    std::map<Instant, WeekRows> weeks;
    const std::string key{metric.key};
    for (auto& point : readmodel::read_compacted_points(tx_, project_.id, {key, KeptRows::trend_day, to}, from))
      weeks[bucket_start(Grain::week, point.bucket)][point.dimensions].days.push_back(
          {point.bucket, point.numeric, std::move(point.json)});
    for (auto& point : readmodel::read_compacted_points(tx_, project_.id, {key, KeptRows::trend_week, to}, from))
      weeks[point.bucket][point.dimensions].week = {point.bucket, point.numeric, std::move(point.json)};
    return weeks;
  }

  void verify(const Metric& metric, Instant week, const std::map<Instant, WeekRows>& rows, std::vector<Instant>& left) {
    const auto found = rows.find(week);
    const auto verdict = found == rows.end() ? WeekVerdict{{}, "there are hours, and neither days nor a week"}
                                             : verify_week(metric, week, found->second);
    if (!verdict.reason.empty()) {
      left.push_back(week);
      plan_.report.left.push_back({project_.id, project_.name, std::string{metric.key}, week, verdict.reason});
      return;
    }
    plan_.merged.insert(plan_.merged.end(), verdict.merged.begin(), verdict.merged.end());
  }

  void doom_trend(const Metric& metric, const RetentionPolicy& policy, KeptRows rows, const MetricFloors& next,
                  const std::vector<readmodel::WeekTotals>& weeks) {
    const bool fine = rows == KeptRows::trend_hour || rows == KeptRows::trend_day;
    DoomedRows doomed{policy_line(policy, rows), {std::string{metric.key}, rows, next.of(rows)}, {}};
    if (fine) doomed.below.spared_weeks = next.left_weeks;
    auto& counts = plan_.report.policies[doomed.policy];
    for (const auto& week : weeks) {
      counts.examined += week.totals.rows;
      const bool spared = fine && std::binary_search(next.left_weeks.begin(), next.left_weeks.end(), week.week);
      if (!spared) doomed.expected += week.totals;
    }
    if (doomed.expected.rows > 0) plan_.doomed.push_back(std::move(doomed));
  }

  void doom_others(const Metric& metric, const RetentionPolicy& policy, const MetricFloors& next) {
    for (const KeptRows rows : {KeptRows::breakdown, KeptRows::drilldown}) {
      if (next.of(rows) == Instant::min()) continue;
      DoomedRows doomed{policy_line(policy, rows), {std::string{metric.key}, rows, next.of(rows)}, {}};
      doomed.expected = readmodel::count_below(tx_, project_.id, doomed.below);
      plan_.report.policies[doomed.policy].examined += doomed.expected.rows;
      if (doomed.expected.rows > 0) plan_.doomed.push_back(std::move(doomed));
    }
  }

  // A day of summaries is thinned, or goes, as a whole: once its end is past the policy. That of the rows' as-of stays.
  void plan_summaries() {
    const auto& kept = options_.retention;
    const auto floor = [&](const KeptDays& days) -> std::optional<Instant> {
      if (!days) return std::nullopt;
      return bucket_start(Grain::day, std::min(at_.as_of - *days * kDay, at_.computed_as_of));
    };
    plan_.summary_floors = {floor(kept.summary.days), floor(kept.summary_all.days)};
    plan_.summaries = readmodel::count_old_summaries(tx_, project_.id, plan_.summary_floors);
    auto& policies = plan_.report.policies;
    if (kept.summary.days) policies[{CompactedRows::summary, kept.summary.days}].examined += plan_.summaries.gone.rows;
    if (kept.summary_all.days)
      policies[{CompactedRows::summary_all, kept.summary_all.days}].examined += plan_.summaries.examined_for_thinning;
  }

  static CompactPolicy policy_line(const RetentionPolicy& policy, KeptRows rows) {
    return {compacted_rows(rows), policy.of(rows)};
  }

  readmodel::Transaction& tx_;
  const readmodel::ProjectHeader& project_;
  const CompactOptions& options_;
  CompactionInstants at_;
  Floors stored_;
  ProjectPlan plan_;
};

}  // namespace

std::optional<ProjectPlan> plan_project(readmodel::Transaction& tx, const readmodel::ProjectHeader& project,
                                        const CompactOptions& options) {
  const auto computed = readmodel::newest_as_of(readmodel::read_data_versions(tx, project.id));
  if (!computed) {
    ProjectPlan nothing;
    nothing.report = empty_report(options.retention, options.mode);
    nothing.report.never_computed = 1;
    return nothing;
  }
  return Planner(tx, project, options, {options.as_of.value_or(*computed), *computed}).plan();
}

CompactPolicy merged_policy(const RetentionInForce& retention, std::string_view metric_key) {
  return {CompactedRows::trend_day, retention.of(metric_key, KeptRows::trend_day).days};
}

CompactReport planned_report(const ProjectPlan& plan, const CompactOptions& options) {
  CompactReport report = plan.report;
  for (const auto& doomed : plan.doomed) {
    report.policies[doomed.policy].deleted += doomed.expected.rows;
    report.policies[doomed.policy].bytes += doomed.expected.bytes;
  }
  for (const auto& row : plan.merged) ++report.policies[merged_policy(options.retention, row.metric_key)].merged;
  const auto& kept = options.retention;
  if (kept.summary.days) {
    auto& counts = report.policies[{CompactedRows::summary, kept.summary.days}];
    counts.deleted += plan.summaries.gone.rows;
    counts.bytes += plan.summaries.gone.bytes;
  }
  if (kept.summary_all.days) {
    auto& counts = report.policies[{CompactedRows::summary_all, kept.summary_all.days}];
    counts.thinned += plan.summaries.thinned.rows;
    counts.bytes += plan.summaries.thinned.bytes;
  }
  return report;
}

}  // namespace tidemark::jobs
