// How long rows are kept, and from which instant on they still stand. Spec: jobs, "Compaction".
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/bucket.hpp"
#include "contracts/time.hpp"

namespace tidemark {

// The days for which rows stand at full granularity before compaction takes them; week and month rows stay for ever.
// The defaults are the strategy's, and the one place where they are written.
// Units: days before the as-of.
struct RetentionDays {
  int trend = 90;
  int breakdown = 90;
  int drilldown = 30;
  friend bool operator==(const RetentionDays&, const RetentionDays&) = default;
};

// The kinds of rows of one metric that have a policy of their own.
enum class KeptRows { trend_hour, trend_day, trend_week, trend_month, breakdown, drilldown };
inline constexpr std::array kKeptRows{KeptRows::trend_hour,  KeptRows::trend_day, KeptRows::trend_week,
                                      KeptRows::trend_month, KeptRows::breakdown, KeptRows::drilldown};

KeptRows kept_rows(Grain grain);

// The grain of those rows' buckets; breakdown and drilldown rows go by days.
Grain grain_of(KeptRows rows);

// A metric's policies: days before the as-of, by kind of row. nullopt: for ever.
struct RetentionPolicy {
  std::array<std::optional<int>, kKeptRows.size()> days{};
  std::optional<int>& of(KeptRows rows) { return days[static_cast<std::size_t>(rows)]; }
  const std::optional<int>& of(KeptRows rows) const { return days[static_cast<std::size_t>(rows)]; }
  friend bool operator==(const RetentionPolicy&, const RetentionPolicy&) = default;
};

RetentionPolicy policy_of(const RetentionDays& days);

// By metric key.
using Policies = std::map<std::string, RetentionPolicy, std::less<>>;

// Bucket starts from `from` on, up to but without `to`; nullopt: without end.
struct BucketRange {
  Instant from;
  std::optional<Instant> to;
  friend bool operator==(const BucketRange&, const BucketRange&) = default;
};

// From which bucket start on the rows of one metric stand. Hours and days go by whole ISO weeks, so their floors are
// Mondays. A floor only moves forward. Instant::min(): everything stands.
struct MetricFloors {
  std::array<Instant, kKeptRows.size()> from = [] {
    std::array<Instant, kKeptRows.size()> all{};
    all.fill(Instant::min());
    return all;
  }();
  // Weeks below the floors of hours and days whose rows stand all the same, because the week could not be verified.
  // Their Mondays, ascending.
  std::vector<Instant> left_weeks;

  Instant& of(KeptRows rows) { return from[static_cast<std::size_t>(rows)]; }
  Instant of(KeptRows rows) const { return from[static_cast<std::size_t>(rows)]; }
  // Whether the row of the bucket that starts there stands.
  bool keeps(KeptRows rows, Instant start) const;
  // The buckets that stand and start at or after `since`, ascending.
  std::vector<BucketRange> standing(KeptRows rows, Instant since = Instant::min()) const;
  friend bool operator==(const MetricFloors&, const MetricFloors&) = default;
};

// Where the floors are once everything past its policy at the as-of is gone.
MetricFloors floors_at(const RetentionPolicy& policy, Instant as_of);

// By metric key.
using Floors = std::map<std::string, MetricFloors, std::less<>>;

// Of a metric that is not named everything stands. The result lives as long as `floors`.
const MetricFloors& floors_of(const Floors& floors, std::string_view metric);

// Those of every metric that has a policy.
Floors floors_at(const Policies& policies, Instant as_of);

// As far back as any of the two goes.
MetricFloors widest(const MetricFloors& a, const MetricFloors& b);

// Where nothing can be computed that begins before `t`, of whatever grain: what can still be written.
MetricFloors frozen_before(MetricFloors floors, Instant t);

}  // namespace tidemark
