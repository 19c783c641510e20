// The metric catalogue: what each metric is, where it is written and how its points merge. Data only: one file per
// metric, contracts/catalogue/<key>.json, compiled in and read once; the formulas are in compute.
// Spec: contract v1.0, "Metric keys of the built-in catalogue"; delivery metrics, 2 to 4.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/bucket.hpp"
#include "contracts/retention.hpp"

namespace tidemark {

// Where a metric's sources come from.
enum class Domain { delivery, instances, energy };

// Metrics whose rows share a data version, and so whatever rests on one: ETags, freshness, change feeds. The order is
// that of reading.
enum class MetricFamily { north_star, operational };

// Which instants a bucket's value is made of. Only event metrics carry a mergeable state.
enum class MetricKind {
  event,    // the facts inside the bucket
  level,    // what holds at the bucket's end
  rolling,  // day: the seven days that end at the bucket's end; week and month: the bucket
};

// What a merged value is made of. level and score are never merged: the newest point stands for a range.
enum class Headline { count, median, mean, ratio, level, score };

enum class Direction { higher_is_better, lower_is_better, neutral };

// What a breakdown's values are to the whole, and so what `value` and `percentage` of an item mean.
enum class Split {
  additive,     // the values sum to the total; percentage is the value's share, all of them sum to 100
  partition,    // every fact is under one value, but the values do not add up (medians, ratios): percentage is the
                // share of the facts
  overlapping,  // a fact may be under several values (tags): percentage is the share of the facts, sums past 100
  numerator,    // only the numerator is split: value is the count (stage: the percentage), percentage its share
};

struct BreakdownDimension {
  std::string_view name;
  Split split;
  bool additive() const { return split == Split::additive || split == Split::numerator; }
};

// The entities behind a metric, one drilldown row each.
struct DrilldownEntity {
  std::string_view entity_type;  // task, gate_decision, integration_attempt
  std::string_view unit;         // of payload.value, which is not always the metric's
};

// At which values an alert opens. Spec: jobs, "Alerts, forecast, health".
struct AlertThresholds {
  enum class Side { below, above };
  std::string field;  // member of value_json; empty: value_numeric
  Side side;          // which side of a threshold is the bad one
  double warning;     // in the field's unit, as all three; a value equal to a threshold is not past it
  double critical;
  double emergency;
};

// Texts are views of the compiled-in catalogue.
struct Metric {
  std::string_view key;
  std::string_view title;
  std::string_view description;
  std::string_view unit;  // of value_numeric: tasks, minutes, ratio (0..1), score (0..100), pct (0..100), ..
  Domain domain;
  MetricFamily family;
  MetricKind kind;
  Headline headline;
  int revision;  // of the formula: raised by hand where it gives other rows for the same sources
  Direction direction;
  // The member of value_json that counts a point's facts. Empty: the value itself counts them; of a score: nothing
  // does.
  std::string_view count_field;
  std::vector<Grain> grains;                       // finest first
  std::vector<std::string_view> trend_dimensions;  // one at a time, at grain day and coarser
  bool undivided;                                  // has points without a dimension as well
  std::vector<BreakdownDimension> breakdown_dimensions;
  std::optional<DrilldownEntity> drilldown;   // nullopt: no drilldown
  int freshness_minutes;                      // how old the newest computed as-of may be
  RetentionDays retention;                    // at full granularity
  std::optional<AlertThresholds> thresholds;  // nullopt: no alert by value

  bool splits_trend_by(std::string_view dimension) const;
  const BreakdownDimension* breakdown_dimension(std::string_view name) const;  // nullptr: not declared
};

// Every metric, in the order in which a person reads them: north star first. Invariant: keys are unique.
// Errors: std::logic_error that names file and member where a catalogue file is not an entry (a programmer error).
const std::vector<Metric>& all_metrics();

// nullptr: no such key.
const Metric* find_metric(std::string_view key);

// How long the rows of each metric are kept where no configuration says otherwise.
Policies catalogue_policies();

std::string_view to_string(Domain domain);
std::string_view to_string(MetricFamily family);
std::string_view to_string(MetricKind kind);
std::string_view to_string(Headline headline);
std::string_view to_string(Direction direction);
std::string_view to_string(Split split);
std::string_view to_string(AlertThresholds::Side side);

}  // namespace tidemark
