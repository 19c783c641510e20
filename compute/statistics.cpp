#include "compute/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace tidemark::compute {
namespace {

// Microseconds in 64 bits are used up by the ages of 100,000 tasks of three years.
__extension__ using Sum = __int128;

constexpr double kZ = 1.959964;  // the normal quantile of 0.975, as the specification rounds it

}  // namespace

std::optional<double> ratio(std::int64_t a, std::int64_t b) {
  if (b == 0) return std::nullopt;
  return std::clamp(static_cast<double>(a) / static_cast<double>(b), 0.0, 1.0);
}

std::optional<double> mean(std::span<const std::int64_t> values) {
  if (values.empty()) return std::nullopt;
  Sum sum = 0;
  for (const auto value : values) sum += value;
  return static_cast<double>(sum) / static_cast<double>(values.size());
}

std::optional<double> population_deviation(std::span<const std::int64_t> sorted) {
  const auto centre = mean(sorted);
  if (!centre) return std::nullopt;
  double sum = 0;
  for (const auto value : sorted) {
    const double difference = static_cast<double>(value) - *centre;
    sum += difference * difference;
  }
  return std::sqrt(sum / static_cast<double>(sorted.size()));
}

std::int64_t median_interval_rank(std::int64_t n) {
  // Binomial probabilities in logarithms: 0.5^n underflows from n = 1075 on.
  const double log_half_n = static_cast<double>(n) * std::log(0.5);
  double cumulative = 0;
  double log_choose = 0;
  for (std::int64_t j = 0; j <= n; ++j) {
    if (j > 0) log_choose += std::log(static_cast<double>(n - j + 1)) - std::log(static_cast<double>(j));
    cumulative += std::exp(log_choose + log_half_n);
    if (cumulative > 0.025) return j;  // j - 1 was the largest, and k is one more
  }
  return 0;
}

std::optional<Interval> median_interval(std::span<const std::int64_t> sorted) {
  const auto n = static_cast<std::int64_t>(sorted.size());
  const std::int64_t k = median_interval_rank(n);
  if (k < 1) return std::nullopt;
  return Interval{static_cast<double>(sorted[static_cast<std::size_t>(k - 1)]),
                  static_cast<double>(sorted[static_cast<std::size_t>(n - k)])};
}

std::optional<Interval> mean_interval(const Distribution& values) {
  if (values.count() < 2) return std::nullopt;
  const auto n = static_cast<double>(values.count());
  const double deviation = std::sqrt(values.squared_deviation() / (n - 1));
  const double half = kZ * deviation / std::sqrt(n);
  return Interval{values.mean() - half, values.mean() + half};
}

std::optional<Interval> wilson_interval(std::int64_t successes, std::int64_t trials) {
  if (trials == 0) return std::nullopt;
  const double n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n;
  const double z2 = kZ * kZ;
  const double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = kZ / (1 + z2 / n) * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  // The ends that are 0 and 1 by algebra are so to the last digit.
  return Interval{successes == 0 ? 0.0 : std::max(0.0, centre - half),
                  successes == trials ? 1.0 : std::min(1.0, centre + half)};
}

}  // namespace tidemark::compute
