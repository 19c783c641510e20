#include "contracts/retention.hpp"

#include <algorithm>
#include <iterator>

namespace tidemark {
namespace {

// Of the bucket that holds the cutoff, which is the first that ends after it.
Instant floor_at(KeptRows rows, Instant cutoff) {
  switch (rows) {
    case KeptRows::trend_hour:
    case KeptRows::trend_day:
    case KeptRows::trend_week: return bucket_start(Grain::week, cutoff);
    case KeptRows::trend_month: return bucket_start(Grain::month, cutoff);
    case KeptRows::breakdown:
    case KeptRows::drilldown: break;
  }
  return bucket_start(Grain::day, cutoff);
}

bool has_left_weeks(KeptRows rows) { return rows == KeptRows::trend_hour || rows == KeptRows::trend_day; }

}  // namespace

KeptRows kept_rows(Grain grain) {
  switch (grain) {
    case Grain::hour: return KeptRows::trend_hour;
    case Grain::day: return KeptRows::trend_day;
    case Grain::week: return KeptRows::trend_week;
    case Grain::month: break;
  }
  return KeptRows::trend_month;
}

Grain grain_of(KeptRows rows) {
  switch (rows) {
    case KeptRows::trend_hour: return Grain::hour;
    case KeptRows::trend_week: return Grain::week;
    case KeptRows::trend_month: return Grain::month;
    case KeptRows::trend_day:
    case KeptRows::breakdown:
    case KeptRows::drilldown: break;
  }
  return Grain::day;
}

RetentionPolicy policy_of(const RetentionDays& days) {
  RetentionPolicy policy;
  policy.of(KeptRows::trend_hour) = days.trend;
  policy.of(KeptRows::trend_day) = days.trend;
  policy.of(KeptRows::breakdown) = days.breakdown;
  policy.of(KeptRows::drilldown) = days.drilldown;
  return policy;
}

bool MetricFloors::keeps(KeptRows rows, Instant start) const {
  if (start >= of(rows)) return true;
  return has_left_weeks(rows) &&
         std::binary_search(left_weeks.begin(), left_weeks.end(), bucket_start(Grain::week, start));
}

std::vector<BucketRange> MetricFloors::standing(KeptRows rows, Instant since) const {
  std::vector<BucketRange> ranges;
  const Instant floor = of(rows);
  if (has_left_weeks(rows))
    for (const Instant week : left_weeks) {
      const BucketRange left{std::max(week, since), std::min(week + kWeek, floor)};
      if (left.from < left.to) ranges.push_back(left);
    }
  ranges.push_back({std::max(floor, since), std::nullopt});
  return ranges;
}

MetricFloors floors_at(const RetentionPolicy& policy, Instant as_of) {
  MetricFloors floors;
  for (const auto rows : kKeptRows)
    if (const auto& days = policy.of(rows)) floors.of(rows) = floor_at(rows, as_of - *days * kDay);
  return floors;
}

const MetricFloors& floors_of(const Floors& floors, std::string_view metric) {
  static const MetricFloors kEverything;
  const auto found = floors.find(metric);
  return found == floors.end() ? kEverything : found->second;
}

Floors floors_at(const Policies& policies, Instant as_of) {
  Floors floors;
  for (const auto& [metric, policy] : policies) floors.emplace(metric, floors_at(policy, as_of));
  return floors;
}

MetricFloors widest(const MetricFloors& a, const MetricFloors& b) {
  MetricFloors floors;
  for (const auto rows : kKeptRows) floors.of(rows) = std::min(a.of(rows), b.of(rows));
  std::set_union(a.left_weeks.begin(), a.left_weeks.end(), b.left_weeks.begin(), b.left_weeks.end(),
                 std::back_inserter(floors.left_weeks));
  return floors;
}

MetricFloors frozen_before(MetricFloors floors, Instant t) {
  for (const auto rows : kKeptRows) {
    const auto grain = grain_of(rows);
    const Instant start = bucket_start(grain, t);
    floors.of(rows) = std::max(floors.of(rows), start == t ? start : bucket_end(grain, start));
  }
  std::erase_if(floors.left_weeks, [&](Instant week) { return week < t; });
  return floors;
}

}  // namespace tidemark
