// What the contract says of an answer's numbers and their order.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>

#include "contracts/json_text.hpp"
#include "jobs/conformance/answer_checks.hpp"

namespace tidemark::conformance {
namespace {

int places_of(std::string_view unit) { return unit == "ratio" ? 4 : 2; }

void check_rounded(Claims& claims, std::string_view name, std::optional<double> value, int places) {
  if (value && round_decimal(*value, places) != *value)
    claims.say(fmt::format("{} is {}, expected {} decimals at most", name, *value, places));
}

std::string text_in(const Json& object, std::string_view name) {
  const Json& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string{};
}

// The share that an item's percentage is of: its value, or its facts where values do not add up.
double weight_of(const Json& item, const BreakdownDimension& dimension) {
  return number(item, dimension.additive() ? "value" : "count").value_or(0);
}

void check_percentages(Claims& claims, const BreakdownDimension& dimension, const Json& items) {
  constexpr std::int64_t kWhole = 1000;  // tenths of a per cent
  constexpr double kLastPlace = 0.1;
  double weights = 0;
  std::int64_t tenths = 0;
  for (const auto& item : items) {
    weights += weight_of(item, dimension);
    tenths += std::llround(10 * number(item, "percentage").value_or(0));
  }
  if (items.empty()) return;
  if (tenths != (weights > 0 ? kWhole : 0))
    claims.say(
        fmt::format("the percentages sum to {}, expected {}", static_cast<double>(tenths) / 10, weights > 0 ? 100 : 0));
  if (weights <= 0) return;
  for (const auto& item : items) {
    const double exact = 100 * weight_of(item, dimension) / weights;
    claims.within(fmt::format("the percentage of {}", text_in(item, "dimension_value")), number(item, "percentage"),
                  exact - kLastPlace, exact + kLastPlace);
  }
}

double quantile(const std::vector<double>& sorted, double p) {
  const double rank = p * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(rank);
  if (below + 1 >= sorted.size()) return sorted.back();
  return sorted[below] + (rank - static_cast<double>(below)) * (sorted[below + 1] - sorted[below]);
}

}  // namespace

Problems trend_answer_problems(const Metric& metric, const Json& answer) {
  Claims claims(answer);
  claims.text("unit", metric.unit).text("metric", metric.key);
  std::tuple<std::string, std::string> before;
  for (const auto& point : member(answer, "data")) {
    std::tuple at{text_in(point, "timestamp"), member(point, "dimensions").dump()};
    if (at <= before)
      claims.say(fmt::format("the point of {} {} is not after the one before it", std::get<0>(at), std::get<1>(at)));
    check_rounded(claims, "value", number(point, "value"), places_of(metric.unit));
    before = std::move(at);
  }
  return claims.take();
}

Problems breakdown_answer_problems(const Metric& metric, const BreakdownDimension& dimension, const Json& answer) {
  Claims claims(answer);
  const Json& items = member(answer, "breakdown");
  const Json* before = nullptr;
  double sum = 0;
  for (const auto& item : items) {
    const auto value = number(item, "value");
    check_rounded(claims, "value", value, places_of(metric.unit));
    check_rounded(claims, "percentage", number(item, "percentage"), 1);
    const auto name = text_in(item, "dimension_value");
    if (before != nullptr) {
      const auto larger = number(*before, "value");
      // Counts are shown as they are; other values may be equal only because they are rounded.
      const bool tie = metric.headline == Headline::count && value == larger;
      if (value > larger || (tie && name <= text_in(*before, "dimension_value")))
        claims.say(fmt::format("{} stands after a smaller value", name));
    }
    sum += value.value_or(0);
    before = &item;
  }
  if (dimension.split != Split::overlapping) check_percentages(claims, dimension, items);
  // Of stages the shares are rounded one by one, and so is their sum.
  if (dimension.additive()) claims.within("total", claims.at("total"), sum - 0.05, sum + 0.05);
  return claims.take();
}

Problems aggregation_problems(const Json& aggregation, std::vector<double> values, std::string_view unit) {
  Claims claims(aggregation);
  if (values.empty()) {
    if (!aggregation.empty()) claims.say("aggregation is not {}, though nothing matches");
    return claims.take();
  }
  std::sort(values.begin(), values.end());
  double sum = 0;
  for (const double value : values) sum += value;
  const double last_place = std::pow(10, -places_of(unit));
  const auto check = [&](std::string_view name, double expected) {
    const auto found = claims.at(name);
    if (!found) claims.say(fmt::format("aggregation.{} is absent", name));
    claims.within(fmt::format("aggregation.{}", name), found, expected - last_place, expected + last_place);
  };
  check("sum", sum);
  check("avg", sum / static_cast<double>(values.size()));
  check("min", values.front());
  check("max", values.back());
  check("p50", quantile(values, .5));
  check("p90", quantile(values, .9));
  check("p95", quantile(values, .95));
  return claims.take();
}

}  // namespace tidemark::conformance
