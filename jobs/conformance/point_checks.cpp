#include "jobs/conformance/point_checks.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include "compute/horizon.hpp"
#include "contracts/task_state.hpp"

namespace tidemark::conformance {
namespace {

constexpr double kWhole = 100;

struct Subject {
  const Point& point;
  Instant as_of;
  Claims& claims;

  std::optional<double> value() const { return point.row.numeric; }
  std::optional<double> at(std::string_view name) const { return number(point.json, name); }
  const Json& member_of(std::string_view name) const { return member(point.json, name); }
};

std::optional<double> ratio_of(std::optional<double> a, std::optional<double> b) {
  return a && b && *b != 0 ? std::optional{*a / *b} : std::nullopt;
}

// The value of a part whose dimension splits the numerator, and what remains to be said of it.
void numerator_part(const Subject& s) {
  const std::string_view field = s.point.dimensions.name == "stage"      ? "delay_contribution_pct"
                                 : s.point.metric->key == "gate_latency" ? "decisions"
                                                                         : "count";
  s.claims.equal("value_numeric", s.value(), s.at(field));
  if (field == "decisions")
    s.claims.ascending({"p50_minutes", "p90_minutes"}).interval_around(s.at("avg_latency_minutes"));
}

void durations(const Subject& s) {
  s.claims.equal("value_numeric", s.value(), s.at("p50_minutes"));
  s.claims.ascending(
      {"min_minutes", "p50_minutes", "p75_minutes", "p85_minutes", "p90_minutes", "p95_minutes", "max_minutes"});
  s.claims.ascending({"min_minutes", "avg_minutes", "max_minutes"}).interval_around(s.value());
}

void throughput(const Subject& s) {
  s.claims.equal("tasks_integrated", s.value());
  s.claims.equal("the sum of by_priority", sum_of(s.member_of("by_priority")), s.value());
}

void arrivals(const Subject& s) {
  s.claims.equal("count", s.value());
  s.claims.equal("the sum of by_class", sum_of(s.member_of("by_class")), s.value());
}

void rework(const Subject& s) {
  s.claims.equal("tasks_reopened", s.value());
  const auto share = ratio_of(s.value(), s.at("completed_before"));
  s.claims.equal("share", share ? std::optional{std::min(1.0, *share)} : std::nullopt);
}

void gate_latency(const Subject& s) {
  s.claims.equal("value_numeric", s.value(), s.at("avg_latency_minutes"));
  s.claims.ascending({"p50_minutes", "p90_minutes"}).ascending({"sample_size", "decisions"}).interval_around(s.value());
}

void integration_outcomes(const Subject& s) {
  const auto part = [&](std::string_view name) { return s.at(name).value_or(0); };
  s.claims.equal("success", part("success_first") + part("success_retry"));
  s.claims.equal("sample_size", part("success") + part("conflict") + part("failed_checks") + part("aborted"));
  s.claims.equal("value_numeric", s.value(), ratio_of(s.at("success"), s.at("sample_size")));
  s.claims.interval_around(s.value());
}

void reviewer_load(const Subject& s) { s.claims.equal("decisions", s.value()); }

void replan_churn(const Subject& s) { s.claims.equal("change_sets", s.value()); }

void wip(const Subject& s) {
  s.claims.equal("total_count", s.value()).equal("sample_size", s.value());
  s.claims.equal("the sum of aging_buckets", sum_of(s.member_of("aging_buckets")), s.value());
  s.claims.ascending({"p50_age_hours", "p85_age_hours"});
}

void blocked(const Subject& s) {
  s.claims.equal("ratio", s.value()).equal("value_numeric", s.value(), ratio_of(s.at("count"), s.at("wip_count")));
  s.claims.equal("sample_size", s.at("wip_count")).ascending({"count", "wip_count"});
  s.claims.equal("the sum of reasons", sum_of(s.member_of("reasons"), "count"), s.at("count"));
  s.claims.ascending({"avg_blocked_hours", "max_blocked_hours"}).ascending({"p90_blocked_hours", "max_blocked_hours"});
  s.claims.interval_around(s.value());
}

void backlog(const Subject& s) {
  s.claims.equal("implemented_not_integrated", s.value()).equal("sample_size", s.value());
  s.claims.ascending({"p50_age_hours", "p90_age_hours"}).ascending({"avg_risk_score", "max_risk_score"});
}

void state_distribution(const Subject& s) {
  double open = 0;
  double in_progress = 0;
  for (const auto name : kTaskStateNames) {
    const auto state = *parse_task_state(name);
    const double count = number(s.member_of("by_state"), name).value_or(0);
    if (is_open(state)) open += count;
    if (is_wip(state)) in_progress += count;
  }
  s.claims.equal("value_numeric", s.value(), open).equal("count", open).equal("wip_count", in_progress);
}

void dependency_risk(const Subject& s) {
  s.claims.equal("value_numeric", s.value(), ratio_of(s.at("waiting_count"), s.at("open_count")));
  s.claims.equal("sample_size", s.at("open_count")).ascending({"high_fan_in_count", "open_count"});
  s.claims.ascending({"longest_chain", "open_count"}).interval_around(s.value());
}

void flow_efficiency(const Subject& s) {
  const auto part = [&](std::string_view name) { return s.at(name).value_or(0); };
  const double waiting = part("queued_time_pct") + part("review_time_pct");
  s.claims.equal("value", s.value()).equal("active_time_pct", s.value()).equal("waiting_time_pct", waiting);
  s.claims.equal("the sum of the four shares", part("active_time_pct") + waiting + part("blocked_time_pct"), kWhole);
}

void predictability(const Subject& s) {
  static constexpr std::array<std::pair<std::string_view, double>, 3> kWeights{
      {{"schedule_reliability", .40}, {"cycle_time_stability", .35}, {"blocker_resolution_rate", .25}}};
  double sum = 0;
  double coverage = 0;
  for (const auto& [name, weight] : kWeights) {
    const auto component = s.at(name);
    s.claims.within(name, component, 0, 1);
    if (!component) continue;
    sum += weight * *component;
    coverage += weight;
  }
  s.claims.equal("value", s.value()).equal("coverage", coverage);
  s.claims.equal("value_numeric", s.value(), coverage == 0 ? std::nullopt : std::optional{kWhole * sum / coverage});
}

void reliability(const Subject& s) {
  constexpr double kDayMinutes = 24 * 60;
  const auto recovery = s.at("avg_recovery_minutes");
  const double score = recovery ? std::clamp(1 - *recovery / kDayMinutes, 0.0, 1.0) : 1;
  s.claims.equal("value", s.value());
  s.claims.equal("value_numeric", s.value(), kWhole * (.6 * s.at("success_rate").value_or(0) + .4 * score));
}

void delivery_rate(const Subject& s) {
  static constexpr std::array<std::pair<std::string_view, double>, 4> kWeights{
      {{"P0", 4}, {"P1", 2}, {"P2", 1}, {"P3", .5}}};
  double sum = 0;
  for (const auto& [band, weight] : kWeights) sum += weight * number(s.member_of("by_priority"), band).value_or(0);
  const compute::Horizon horizon{s.as_of, s.as_of, {}};
  const double days = compute::Horizon::rate_days(horizon.bucket(*s.point.row.grain, *s.point.row.bucket));
  s.claims.equal("value", s.value()).equal("value_numeric", s.value(), sum / days);
}

void health(const Subject& s) {
  const double score = s.value().value_or(0);
  s.claims.equal("value", s.value()).text("status", score >= 70 ? "green" : score >= 50 ? "yellow" : "red");
}

void bottleneck(const Subject& s) {
  constexpr double kFlaggedPct = 40;
  const Json& stages = s.member_of("stages");
  const Json& name = s.member_of("stage");
  s.claims.equal("the sum of stages", sum_of(stages), kWhole).equal("delay_contribution_pct", s.value());
  if (name.is_string()) s.claims.equal("the share of the stage", number(stages, name.get<std::string>()), s.value());
  for (const auto& share : stages)
    if (share.is_number()) s.claims.within("a stage's share", share.get<double>(), 0, s.value());
  const bool flagged = s.value().value_or(0) > kFlaggedPct;
  const bool found = member(s.point.json, "flagged") == Json(true);
  s.claims.equal("flagged", found ? 1 : 0, flagged ? 1 : 0);
}

using Formula = void (*)(const Subject&);

const std::map<std::string_view, Formula>& formulas() {
  static const std::map<std::string_view, Formula> kFormulas{
      {"active_value_delivery_rate", delivery_rate},
      {"arrivals", arrivals},
      {"backlog", backlog},
      {"blocked", blocked},
      {"bottleneck_contribution", bottleneck},
      {"cycle_time", durations},
      {"delivery_predictability_index", predictability},
      {"dependency_risk", dependency_risk},
      {"flow_efficiency_score", flow_efficiency},
      {"gate_latency", gate_latency},
      {"health_at_a_glance", health},
      {"integration_outcomes", integration_outcomes},
      {"integration_reliability_score", reliability},
      {"lead_time", durations},
      {"replan_churn", replan_churn},
      {"reviewer_load", reviewer_load},
      {"rework", rework},
      {"state_distribution", state_distribution},
      {"throughput", throughput},
      {"time_in_state", durations},
      {"wip", wip},
  };
  return kFormulas;
}

}  // namespace

Problems point_problems(const Point& point, Instant as_of) {
  Claims claims(point.json);
  const Subject subject{point, as_of, claims};
  const auto formula = formulas().find(point.metric->key);
  // By reviewer the load is the whole point, not a part of its numerator alone.
  if (point.numerator() && point.metric->key != "reviewer_load")
    numerator_part(subject);
  else if (formula != formulas().end())
    formula->second(subject);
  const bool cut = bucket_end(*point.row.grain, *point.row.bucket) > as_of;
  claims.equal("partial", point.partial() ? 1 : 0, cut ? 1 : 0);
  return claims.take();
}

}  // namespace tidemark::conformance
