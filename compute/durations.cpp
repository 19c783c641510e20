#include "compute/durations.hpp"

#include <algorithm>

#include "contracts/aggregate_state.hpp"

namespace tidemark::compute {

double in_unit(double micros, Unit unit) {
  return micros / static_cast<double>((unit == Unit::minutes ? kMinute : kHour).count());
}

void add_percentile(JsonObject& json, std::string_view name, const SortedMicros& values, double p, Unit unit) {
  if (!values.empty()) json.add(name, in_unit(percentile_cont(values, p), unit));
}

void add_interval(JsonObject& json, const std::optional<Interval>& interval, double scale) {
  if (!interval) return;
  JsonObject bounds;
  bounds.add("lower", interval->lower / scale).add("upper", interval->upper / scale);
  json.add("confidence_interval", bounds);
}

Point duration_point(SortedMicros values) {
  std::sort(values.begin(), values.end());
  Point point;
  point.value = in_unit(percentile_cont(values, 0.5), Unit::minutes);
  auto& json = point.json;
  json.add("p50_minutes", *point.value);
  add_percentile(json, "p75_minutes", values, 0.75, Unit::minutes);
  add_percentile(json, "p85_minutes", values, 0.85, Unit::minutes);
  add_percentile(json, "p90_minutes", values, 0.90, Unit::minutes);
  add_percentile(json, "p95_minutes", values, 0.95, Unit::minutes);
  json.add("avg_minutes", in_unit(*mean(values), Unit::minutes));
  json.add("min_minutes", in_unit(static_cast<double>(values.front()), Unit::minutes));
  json.add("max_minutes", in_unit(static_cast<double>(values.back()), Unit::minutes));
  json.add("sample_size", values.size());
  add_interval(json, median_interval(values), static_cast<double>(kMinute.count()));
  AggregateState state;
  auto& distribution = state.distributions["value"];
  for (const auto value : values) distribution.add(value);
  json.add_json("state", state.stored_form());
  return point;
}

}  // namespace tidemark::compute
