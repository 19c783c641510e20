#include "jobs/compact_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace tidemark::jobs {
namespace {

// The first bucket of the kind's grain that had not ended at the computed as-of; nothing from it on ever goes.
Instant first_unended(KeptRows rows, Instant computed_as_of) {
  if (rows == KeptRows::breakdown || rows == KeptRows::drilldown) return bucket_start(Grain::day, computed_as_of);
  return bucket_start(rows == KeptRows::trend_month ? Grain::month : Grain::week, computed_as_of);
}

// nullopt: neither {} nor one name with a text.
std::optional<Dimensions> parse_dimensions(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || json.size() > 1) return std::nullopt;
  if (json.empty()) return Dimensions{};
  if (!json.begin()->is_string()) return std::nullopt;
  return Dimensions{json.begin().key(), json.begin()->get<std::string>()};
}

// What the verdict says of one dimension combination.
std::string verify(const Metric& metric, Instant week, const Dimensions& dimensions, const WeekPoints& points,
                   WeekVerdict& verdict) {
  if (points.week) return compute::week_difference(metric, dimensions.name, points.week, points.days, week);
  const auto merged = compute::merge_points(metric, dimensions.name, points.days, week);
  if (!merged) return compute::week_difference(metric, dimensions.name, std::nullopt, points.days, week);
  const compute::StoredPoint made{week, merged->numeric, merged->json};
  auto difference = compute::week_difference(metric, dimensions.name, made, points.days, week);
  if (difference.empty())
    verdict.merged.push_back({{}, std::string{metric.key}, Grain::week, week, dimensions, *merged});
  return difference;
}

}  // namespace

MetricFloors next_floors(const MetricFloors& stored, const RetentionPolicy& policy, const CompactionInstants& at) {
  const auto policy_floors = floors_at(policy, at.as_of);
  MetricFloors next = stored;
  for (const KeptRows rows : kKeptRows) {
    const Instant floor = std::min(policy_floors.of(rows), first_unended(rows, at.computed_as_of));
    next.of(rows) = std::max(stored.of(rows), floor);
  }
  return next;
}

std::vector<Instant> weeks_to_verify(const MetricFloors& stored, const MetricFloors& next,
                                     const std::set<Instant>& standing) {
  const auto passes = [&](KeptRows rows, Instant week) { return stored.of(rows) <= week && week < next.of(rows); };
  std::vector<Instant> weeks;
  for (const Instant week : standing) {
    if (week < next.of(KeptRows::trend_week)) continue;
    const bool left = std::binary_search(stored.left_weeks.begin(), stored.left_weeks.end(), week);
    if (left || passes(KeptRows::trend_hour, week) || passes(KeptRows::trend_day, week)) weeks.push_back(week);
  }
  return weeks;
}

WeekVerdict verify_week(const Metric& metric, Instant week, const WeekRows& rows) {
  WeekVerdict verdict;
  std::size_t different = 0;
  for (const auto& [text, points] : rows) {
    const auto dimensions = parse_dimensions(text);
    const auto reason = dimensions ? verify(metric, week, *dimensions, points, verdict)
                                   : std::string{"the dimensions are neither {} nor one name with a text"};
    if (reason.empty()) continue;
    if (different++ == 0) verdict.reason = fmt::format("{}: {}", text, reason);
  }
  if (different > 1) verdict.reason += fmt::format(" (and {} more dimension values)", different - 1);
  if (different > 0) verdict.merged.clear();
  return verdict;
}

}  // namespace tidemark::jobs
