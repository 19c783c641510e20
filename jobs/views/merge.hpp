// What a range of days says together. Event metrics merge their states, never their averages or percentiles.
// Spec: contract v1.0, "GET /v1/metrics/breakdown"; product, promise 4.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "contracts/catalogue.hpp"
#include "contracts/rows.hpp"

namespace tidemark::views {

struct MergedValue {
  std::optional<double> value;  // in the metric's unit; nullopt: undefined
  std::int64_t count = 0;       // facts behind it
  bool approximate = false;     // a percentile out of merged sketches
};

// One point's value as it is.
MergedValue single_value(const Metric& metric, const PointValue& point);

// The value of several points of an event metric. Requires: metric.kind is event.
// Errors: tidemark::Error of kind contract where a point's state cannot be read.
MergedValue merge_values(const Metric& metric, const std::vector<const PointValue*>& points);

// Shares of `weights` in per cent with one decimal that sum to exactly 100 (largest remainder; ties: the first one).
// All 0 where the weights sum to 0. Requires: no weight is negative.
std::vector<double> percentages(const std::vector<double>& weights);

}  // namespace tidemark::views
