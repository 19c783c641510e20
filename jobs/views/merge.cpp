#include "jobs/views/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

#include "contracts/aggregate_state.hpp"
#include "contracts/error.hpp"
#include "contracts/time.hpp"

namespace tidemark::views {
namespace {

std::int64_t count_of(const Metric& metric, const PointValue& point) {
  if (metric.count_field.empty())
    return point.numeric && metric.headline != Headline::score ? std::llround(*point.numeric) : 0;
  const auto json = nlohmann::json::parse(point.json, nullptr, false);
  const auto count = json.is_object() ? json.find(std::string{metric.count_field}) : json.end();
  return count != json.end() && count->is_number() ? std::llround(count->get<double>()) : 0;
}

[[noreturn]] void refuse(const Metric& metric, std::string_view why) {
  throw Error(ErrorKind::contract, fmt::format("a stored {} point cannot be merged: {}; `tidemark run refresh --full` "
                                               "computes it again",
                                               metric.key, why));
}

// The one distribution in the state of a median or a mean.
Distribution distribution_of(const Metric& metric, const PointValue& point) {
  const auto json = nlohmann::json::parse(point.json, nullptr, false);
  if (!json.is_object() || !json.contains("state")) refuse(metric, "it has no state");
  try {
    const auto state = AggregateState::parse(json.at("state"));
    if (state.distributions.size() != 1) refuse(metric, "its state has no single distribution");
    return state.distributions.begin()->second;
  } catch (const std::invalid_argument& problem) {
    refuse(metric, problem.what());
  }
}

// Distributions are of durations in microseconds.
double in_unit(double micros, std::string_view unit) {
  return micros / static_cast<double>((unit == "hours" ? kHour : kMinute).count());
}

MergedValue merge_distributions(const Metric& metric, const std::vector<const PointValue*>& points) {
  Distribution all;
  for (const auto* point : points) all.merge(distribution_of(metric, *point));
  MergedValue merged{std::nullopt, all.count(), metric.headline == Headline::median && !all.exact()};
  if (all.count() > 0)
    merged.value = in_unit(metric.headline == Headline::median ? all.quantile(0.5) : all.mean(), metric.unit);
  return merged;
}

// The numerator of each ratio is the whole number that its count makes it.
MergedValue merge_ratios(const Metric& metric, const std::vector<const PointValue*>& points) {
  MergedValue merged;
  std::int64_t numerator = 0;
  for (const auto* point : points) {
    const auto count = count_of(metric, *point);
    merged.count += count;
    if (point->numeric) numerator += std::llround(*point->numeric * static_cast<double>(count));
  }
  if (merged.count > 0) merged.value = static_cast<double>(numerator) / static_cast<double>(merged.count);
  return merged;
}

}  // namespace

MergedValue single_value(const Metric& metric, const PointValue& point) {
  return {point.numeric, count_of(metric, point), false};
}

MergedValue merge_values(const Metric& metric, const std::vector<const PointValue*>& points) {
  if (points.size() == 1) return single_value(metric, *points.front());
  switch (metric.headline) {
    case Headline::median:
    case Headline::mean: return merge_distributions(metric, points);
    case Headline::ratio: return merge_ratios(metric, points);
    case Headline::count:
    case Headline::level:
    case Headline::score: break;
  }
  MergedValue merged{0.0, 0, false};
  for (const auto* point : points) {
    merged.value = *merged.value + point->numeric.value_or(0);
    merged.count += count_of(metric, *point);
  }
  return merged;
}

std::vector<double> percentages(const std::vector<double>& weights) {
  constexpr std::int64_t kWhole = 1000;  // tenths of a per cent
  std::vector<double> result(weights.size(), 0.0);
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (sum <= 0) return result;

  std::vector<std::int64_t> tenths;
  std::vector<double> remainders;
  for (const double weight : weights) {
    const double exact = weight / sum * static_cast<double>(kWhole);
    tenths.push_back(static_cast<std::int64_t>(std::floor(exact)));
    remainders.push_back(exact - std::floor(exact));
  }
  std::vector<std::size_t> order(weights.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return remainders[a] > remainders[b]; });
  const auto missing = kWhole - std::accumulate(tenths.begin(), tenths.end(), std::int64_t{0});
  for (std::int64_t i = 0; i < missing; ++i) ++tenths[order[static_cast<std::size_t>(i) % order.size()]];
  std::transform(tenths.begin(), tenths.end(), result.begin(), [](auto t) { return static_cast<double>(t) / 10; });
  return result;
}

}  // namespace tidemark::views
