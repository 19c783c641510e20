#include "compute/durations.hpp"

#include <algorithm>
#include <stdexcept>

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

Durations::Durations(SortedMicros values) : values_(std::move(values)) {
  std::sort(values_.begin(), values_.end());
  for (const auto value : values_) state_.add(value);
}

Durations::Durations(const Distribution& state)
    : state_(state), values_(state.values().begin(), state.values().end()) {}

std::optional<double> Durations::mean() const { return count() > 0 ? std::optional{state_.mean()} : std::nullopt; }

std::optional<double> Durations::percentile(double p) const {
  if (count() == 0) return std::nullopt;
  return approximate() ? state_.quantile(p) : percentile_cont(values_, p);
}

std::optional<Interval> Durations::median_interval() const { return compute::median_interval(values_); }

void add_percentile(JsonObject& json, std::string_view name, const Durations& durations, double p) {
  if (const auto percentile = durations.percentile(p)) json.add(name, in_unit(*percentile, Unit::minutes));
}

void add_accuracy(JsonObject& json, const Durations& durations) {
  if (durations.approximate()) json.add_flag("approximate", true).add("error_bound", Distribution::kRelativeAccuracy);
}

AggregateState duration_state(const Durations& durations) {
  AggregateState state;
  state.distributions["value"] = durations.state();
  return state;
}

Durations durations_in(const AggregateState& state) { return Durations{state.distribution("value")}; }

Durations some_durations_in(const AggregateState& state) {
  Durations durations = durations_in(state);
  if (durations.count() == 0) throw std::invalid_argument("not an aggregate state: it has no durations");
  return durations;
}

Point duration_point(const Durations& durations) {
  Point point;
  point.value = in_unit(*durations.percentile(0.5), Unit::minutes);
  auto& json = point.json;
  json.add("p50_minutes", *point.value);
  add_percentile(json, "p75_minutes", durations, 0.75);
  add_percentile(json, "p85_minutes", durations, 0.85);
  add_percentile(json, "p90_minutes", durations, 0.90);
  add_percentile(json, "p95_minutes", durations, 0.95);
  json.add("avg_minutes", in_unit(*durations.mean(), Unit::minutes));
  json.add("min_minutes", in_unit(static_cast<double>(durations.state().min()), Unit::minutes));
  json.add("max_minutes", in_unit(static_cast<double>(durations.state().max()), Unit::minutes));
  json.add("sample_size", durations.count());
  add_interval(json, durations.median_interval(), static_cast<double>(kMinute.count()));
  add_accuracy(json, durations);
  json.add_json("state", duration_state(durations).stored_form());
  return point;
}

}  // namespace tidemark::compute
