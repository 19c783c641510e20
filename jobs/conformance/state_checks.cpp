// An event metric's point against its aggregate state.
#include <algorithm>
#include <cmath>

#include "contracts/json_text.hpp"
#include "contracts/time.hpp"
#include "jobs/conformance/point_checks.hpp"

namespace tidemark::conformance {
namespace {

constexpr std::string_view kUnreadable = "it has no aggregate state that can be read";

std::optional<double> count_in(const AggregateState& state, std::string_view name) {
  const auto found = state.counts.find(name);
  return found == state.counts.end() ? std::nullopt : std::optional{static_cast<double>(found->second)};
}

std::optional<double> share(std::optional<double> a, std::optional<double> b) {
  return a && b && *b != 0 ? std::optional{*a / *b} : std::nullopt;
}

double minutes(double micros) { return micros / static_cast<double>(kMinute.count()); }

// A percentile of values of one sign is known from a sketch within its accuracy.
void check_quantile(Claims& claims, std::string_view name, const Distribution& values, double p) {
  const auto found = claims.at(name);
  if (!found || values.exact()) {
    claims.equal(name, found, values.count() == 0 ? std::nullopt : std::optional{minutes(values.quantile(p))});
    return;
  }
  const double of_sketch = minutes(values.quantile(p));
  claims.within(name, found, of_sketch / (1 + Distribution::kRelativeAccuracy),
                of_sketch / (1 - Distribution::kRelativeAccuracy));
}

void check_distribution(Claims& claims, const Distribution& values,
                        std::initializer_list<std::pair<std::string_view, double>> percentiles) {
  claims.equal("sample_size", static_cast<double>(values.count()));
  for (const auto& [name, p] : percentiles) check_quantile(claims, name, values, p);
}

void check_durations(Claims& claims, const Distribution& values) {
  check_distribution(
      claims, values,
      {{"p50_minutes", .5}, {"p75_minutes", .75}, {"p85_minutes", .85}, {"p90_minutes", .9}, {"p95_minutes", .95}});
  if (values.count() == 0) return;
  claims.equal("avg_minutes", minutes(values.mean()));
  claims.equal("min_minutes", minutes(static_cast<double>(values.min())));
  claims.equal("max_minutes", minutes(static_cast<double>(values.max())));
}

void check_gates(Claims& claims, const AggregateState& state, const Distribution& latencies) {
  check_distribution(claims, latencies, {{"p50_minutes", .5}, {"p90_minutes", .9}});
  const auto measured = static_cast<double>(latencies.count());
  claims.equal("avg_latency_minutes", measured == 0 ? std::nullopt : std::optional{minutes(latencies.mean())});
  claims.equal("decisions", count_in(state, "decisions"));
  claims.equal("pass_rate", share(count_in(state, "passed"), count_in(state, "decisions")));
  claims.equal("sla_breach_rate", share(count_in(state, "breached"), measured));
}

void check_outcomes(Claims& claims, const AggregateState& state) {
  claims.equal("success", count_in(state, "num")).equal("sample_size", count_in(state, "den"));
  for (const auto* name : {"success_first", "success_retry", "conflict", "failed_checks", "aborted"})
    claims.equal(name, count_in(state, name));
  const auto micros = state.sums.find("recovery_micros");
  const auto recovery = micros == state.sums.end()
                            ? std::nullopt
                            : share(static_cast<double>(micros->second), count_in(state, "recoveries"));
  claims.equal("avg_retry_to_success_minutes", recovery ? std::optional{minutes(*recovery)} : std::nullopt);
}

void check_reviewer(Claims& claims, const AggregateState& state, const Distribution& latencies) {
  claims.equal("re_review_rate", share(count_in(state, "re_reviews"), count_in(state, "n")));
  claims.equal("avg_latency_minutes", latencies.count() == 0 ? std::nullopt : std::optional{minutes(latencies.mean())});
}

// The parts of a count by the value of something, as the point lists them.
void check_group(Claims& claims, const AggregateState& state, std::string_view name, const Json& listed) {
  static const AggregateState::Counts kNone;
  const auto group = state.groups.find(name);
  for (const auto& [value, count] : group == state.groups.end() ? kNone : group->second)
    claims.equal(value, number(listed, value), static_cast<double>(count));
}

void check_churn(Claims& claims, const AggregateState& state) {
  claims.equal("operations", count_in(state, "operations"));
  const auto hours = state.sums.find("estimate_hours_delta");
  claims.equal("estimate_hours_delta",
               hours == state.sums.end() ? std::nullopt : std::optional{from_fixed_point(hours->second)});
}

const Distribution& distribution_in(const AggregateState& state, std::string_view name) {
  static const Distribution kNone;
  const auto found = state.distributions.find(name);
  return found == state.distributions.end() ? kNone : found->second;
}

}  // namespace

std::optional<AggregateState> state_of(const Point& point) {
  if (point.metric == nullptr || point.metric->kind != MetricKind::event) return std::nullopt;
  try {
    return AggregateState::parse(member(point.json, "state"));
  } catch (const std::exception&) {  // std::invalid_argument, or the JSON library's where a member has another type
    return std::nullopt;
  }
}

Problems state_problems(const Point& point, const std::optional<AggregateState>& state) {
  if (point.metric == nullptr || point.metric->kind != MetricKind::event) return {};
  if (!state) return {std::string{kUnreadable}};
  const auto key = point.metric->key;
  Claims claims(point.json);
  const auto& values = distribution_in(*state, "value");
  if (key == "lead_time" || key == "cycle_time")
    check_durations(claims, values);
  else if (key == "time_in_state")
    check_distribution(claims, values, {{"p50_minutes", .5}, {"p85_minutes", .85}});
  else if (key == "gate_latency")
    check_gates(claims, *state, values);
  else if (key == "integration_outcomes" && !point.numerator())
    check_outcomes(claims, *state);
  else
    claims.equal("value_numeric", point.row.numeric, count_in(*state, "n"));
  if (stored_form(member(point.json, "state")) != state->stored_form())
    claims.say("the numbers of its state do not agree with each other");
  if (key == "reviewer_load") check_reviewer(claims, *state, distribution_in(*state, "latency"));
  if (key == "replan_churn") check_churn(claims, *state);
  if (key == "throughput") check_group(claims, *state, "priority", member(point.json, "by_priority"));
  if (key == "arrivals") check_group(claims, *state, "class", member(point.json, "by_class"));
  return claims.take();
}

}  // namespace tidemark::conformance
