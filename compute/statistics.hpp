// Order statistics, moments and confidence intervals. Everything here is independent of the order of its input.
// Spec: delivery metrics, section 3, "Percentiles" and "confidence_interval".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "contracts/aggregate_state.hpp"
#include "contracts/time.hpp"

namespace tidemark::compute {

// a / b clamped to [0, 1]; nullopt where b is 0.
std::optional<double> ratio(std::int64_t a, std::int64_t b);

// The mean of durations, from their exact sum. nullopt: no values. Units: microseconds.
std::optional<double> mean(std::span<const std::int64_t> values);

// Deviation of the population, from values in ascending order so that rounding does not depend on their arrival.
// nullopt: no values.
std::optional<double> population_deviation(std::span<const std::int64_t> sorted);

struct Interval {
  double lower = 0;
  double upper = 0;
};

// 95 % intervals, of a mean with the deviation of a sample (n - 1). nullopt where too few values are there (median:
// below 6; mean: below 2; ratio: none).
std::optional<Interval> median_interval(std::span<const std::int64_t> sorted);
std::optional<Interval> mean_interval(const Distribution& values);
std::optional<Interval> wilson_interval(std::int64_t successes, std::int64_t trials);

// k = 1 + the largest j for which P(Bin(n, 1/2) <= j) <= 0.025; 0 where there is none (n < 6).
std::int64_t median_interval_rank(std::int64_t n);

}  // namespace tidemark::compute
