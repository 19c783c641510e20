// Distributions of durations as points show them. Spec: delivery metrics, section 3; contract, "operational".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compute/row_sink.hpp"
#include "compute/statistics.hpp"

namespace tidemark::compute {

// Ascending. Units: microseconds.
using SortedMicros = std::vector<std::int64_t>;

enum class Unit { minutes, hours };
double in_unit(double micros, Unit unit);

// Adds `<name>` in the unit for the given percentile, or nothing where there are no values.
void add_percentile(JsonObject& json, std::string_view name, const SortedMicros& values, double p, Unit unit);
void add_interval(JsonObject& json, const std::optional<Interval>& interval, double scale);

// The point of lead and cycle time: median with its interval, percentiles, mean, extremes, and the mergeable state.
// Requires: not empty.
Point duration_point(SortedMicros values);

}  // namespace tidemark::compute
