// What the numbers of one point must be to each other. Pure: each function says what does not hold.
// Spec: delivery metrics, section 3; storage, "value_numeric and value_json".
#pragma once

#include "contracts/aggregate_state.hpp"
#include "jobs/conformance/stored_point.hpp"

namespace tidemark::conformance {

// The formulas that tie the members of a point to its value. `as_of` cuts a partial bucket.
// Requires: the point's metric, grain and bucket are known.
Problems point_problems(const Point& point, Instant as_of);

// The state of an event metric's point; nullopt: it has none that can be read.
std::optional<AggregateState> state_of(const Point& point);

// An event metric's value recomputed from its state: exactly, or within the sketch's bound for percentiles of more than
// 64 values. Empty for metrics without state.
Problems state_problems(const Point& point, const std::optional<AggregateState>& state);

}  // namespace tidemark::conformance
