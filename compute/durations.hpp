// Distributions of durations as points show them. Spec: delivery metrics, section 3; contract, "operational".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "compute/row_sink.hpp"
#include "compute/statistics.hpp"
#include "contracts/aggregate_state.hpp"

namespace tidemark::compute {

// Ascending. Units: microseconds.
using SortedMicros = std::vector<std::int64_t>;

enum class Unit { minutes, hours };
double in_unit(double micros, Unit unit);

// Adds `<name>` in the unit for the given percentile, or nothing where there are no values.
void add_percentile(JsonObject& json, std::string_view name, const SortedMicros& values, double p, Unit unit);
void add_interval(JsonObject& json, const std::optional<Interval>& interval, double scale);

// The durations that a point of an event metric is made of: all of them where it is made from facts, or what an
// aggregate state still knows of them. Where the state is exact the two are the same.
class Durations {
 public:
  Durations() = default;                    // none
  explicit Durations(SortedMicros values);  // in any order
  explicit Durations(const Distribution& state);

  const Distribution& state() const { return state_; }
  std::int64_t count() const { return state_.count(); }
  // Whether only a sketch of them is left: percentiles are then within Distribution::kRelativeAccuracy.
  bool approximate() const { return values_.empty() && count() > 0; }
  std::optional<double> mean() const;
  std::optional<double> percentile(double p) const;
  // nullopt also where it cannot be had from a sketch.
  std::optional<Interval> median_interval() const;

 private:
  Distribution state_;
  SortedMicros values_;  // empty where only a sketch is left
};

// Adds `<name>` in minutes, or nothing where there are no values.
void add_percentile(JsonObject& json, std::string_view name, const Durations& durations, double p);
// Marks percentiles out of a sketch, and says how far off they may be.
void add_accuracy(JsonObject& json, const Durations& durations);

// The state of a metric that is made of durations alone, and the durations of such a state.
AggregateState duration_state(const Durations& durations);
Durations durations_in(const AggregateState& state);
// Errors: std::invalid_argument where there are none.
Durations some_durations_in(const AggregateState& state);

// The point of lead and cycle time: median with its interval, percentiles, mean, extremes, and the mergeable state.
// Requires: not empty.
Point duration_point(const Durations& durations);

}  // namespace tidemark::compute
