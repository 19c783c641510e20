#include "jobs/conformance/summary_checks.hpp"

#include <fmt/format.h>

#include <cmath>

#include "contracts/json_text.hpp"

namespace tidemark::conformance {
namespace {

constexpr int kPlaces = 2;
constexpr int kRatioPlaces = 4;
constexpr double kLastPlace = 0.01;

std::optional<double> rounded(std::optional<double> value, int places) {
  return value ? std::optional{round_decimal(*value, places)} : std::nullopt;
}

// Shares that were rounded one by one: their sum is off by half a last place for each at most.
void shares_sum(Claims& claims, std::string_view name, double sum, double shares) {
  claims.within(name, sum, 100 - shares * kLastPlace / 2, 100 + shares * kLastPlace / 2);
}

// up and down are changes of 5 % and more; change_pct is rounded.
Problems trend_problems(const Json& figure) {
  constexpr double kTurn = 5;
  Claims claims(figure);
  const auto change = claims.at("change_pct");
  const Json& trend = member(figure, "trend");
  const double size = change ? std::fabs(*change) : 0;
  if (trend == Json("stable"))
    claims.within("change_pct of a stable value", change, -kTurn, kTurn);
  else if (trend.is_string() && (size < kTurn || (*change > 0) != (trend == Json("up"))))
    claims.say(fmt::format("trend is {}, though change_pct is {}", trend.dump(), text_of(change)));
  return claims.take();
}

Problems north_star_problems(const Json& north_star) {
  Problems problems;
  for (const auto& [name, figure] : north_star.items()) {
    for (auto& problem : trend_problems(figure)) problems.push_back(fmt::format("{}: {}", name, problem));
  }
  const Json& flow = member(north_star, "flow_efficiency_score");
  if (flow.is_object()) {
    Claims claims(flow);
    const auto part = [&](std::string_view name) { return claims.at(name).value_or(0); };
    shares_sum(claims, "the sum of the flow's shares",
               part("active_time_pct") + part("waiting_time_pct") + part("blocked_time_pct"), 3);
    claims.equal("active_time_pct", claims.at("value"));
    for (auto& problem : claims.take()) problems.push_back("flow_efficiency_score: " + problem);
  }
  return problems;
}

Problems operational_problems(const Json& operational) {
  Claims claims(operational);
  const auto figure = [&](std::string_view group, std::string_view name) {
    return number(member(operational, group), name);
  };
  const auto value = [&](std::string_view group, std::string_view name) { return figure(group, name).value_or(0); };
  if (const Json& milestones = member(member(operational, "throughput"), "tasks_by_milestone"); !milestones.is_null())
    claims.equal("the sum of tasks_by_milestone", sum_of(milestones, "count"),
                 value("throughput", "tasks_integrated_week"));
  claims.equal("the sum of aging_buckets", sum_of(member(member(operational, "wip"), "aging_buckets")),
               value("wip", "total_count"));
  claims.equal("integration_outcomes.success", value("integration_outcomes", "success"),
               value("integration_outcomes", "success_first") + value("integration_outcomes", "success_retry"));
  claims.within("the sum of top_reasons", sum_of(member(member(operational, "blocked"), "top_reasons"), "count"), 0,
                value("blocked", "count"));
  claims.within("blocked.count", figure("blocked", "count"), 0, value("wip", "total_count"));
  claims.equal("state_distribution.wip_count", value("state_distribution", "wip_count"), value("wip", "total_count"));
  for (const auto* group : {"lead_time", "cycle_time"}) {
    Claims ordered(member(operational, group));
    ordered.ascending({"p50_minutes", "p75_minutes", "p90_minutes", "p95_minutes"});
    for (auto& problem : ordered.take()) claims.say(fmt::format("{}.{}", group, problem));
  }
  return claims.take();
}

Problems bottleneck_problems(const Json& stages) {
  static const Json kNone = Json::object();
  Claims claims(kNone);
  if (!stages.is_array() || stages.empty()) return {};
  shares_sum(claims, "the sum of bottleneck_contribution", sum_of(stages, "delay_contribution_pct"),
             static_cast<double>(stages.size()));
  std::optional<double> before;
  for (const auto& stage : stages) {
    const auto share = number(stage, "delay_contribution_pct");
    claims.within("a stage after a smaller one", share, std::nullopt, before);
    before = share;
  }
  return claims.take();
}

// One figure of a summary and the point's member that it shows.
struct Shown {
  std::string_view metric;
  std::string_view group;
  std::string_view field;
  int places;
};

constexpr Shown kLevels[]{
    {"wip", "wip", "total_count", kPlaces},
    {"wip", "wip", "avg_age_hours", kPlaces},
    {"blocked", "blocked", "ratio", kRatioPlaces},
    {"blocked", "blocked", "count", kPlaces},
    {"blocked", "blocked", "avg_blocked_hours", kPlaces},
    {"blocked", "blocked", "p90_blocked_hours", kPlaces},
    {"blocked", "blocked", "max_blocked_hours", kPlaces},
    {"backlog", "backlog", "implemented_not_integrated", kPlaces},
    {"backlog", "backlog", "avg_age_hours", kPlaces},
    {"backlog", "backlog", "p90_age_hours", kPlaces},
    {"backlog", "backlog", "max_risk_score", kRatioPlaces},
};

constexpr Shown kScores[]{
    {"delivery_predictability_index", "delivery_predictability_index", "value", kPlaces},
    {"flow_efficiency_score", "flow_efficiency_score", "value", kPlaces},
    {"flow_efficiency_score", "flow_efficiency_score", "waiting_time_pct", kPlaces},
    {"flow_efficiency_score", "flow_efficiency_score", "blocked_time_pct", kPlaces},
    {"integration_reliability_score", "integration_reliability_score", "value", kPlaces},
    {"integration_reliability_score", "integration_reliability_score", "success_rate", kRatioPlaces},
    {"integration_reliability_score", "integration_reliability_score", "avg_recovery_minutes", kPlaces},
    {"active_value_delivery_rate", "active_value_delivery_rate", "value", kPlaces},
    {"health_at_a_glance", "health_at_a_glance", "value", kPlaces},
};

// Figures that a missing point leaves at 0: counts of a value that nobody has, and what a project before its first fact
// has delivered.
bool is_zero_without_point(const Shown& shown) {
  return shown.field == "total_count" || shown.field == "count" || shown.field == "implemented_not_integrated" ||
         shown.metric == "active_value_delivery_rate";
}

// The figure as a point says it.
std::optional<double> as_shown(const Point* point, const Shown& shown) {
  if (point != nullptr) return rounded(number(point->json, shown.field), shown.places);
  return is_zero_without_point(shown) ? std::optional{0.0} : std::nullopt;
}

}  // namespace

void CurrentPoints::add(const Point& point) {
  if (point.table != Table::trend || point.row.grain != Grain::day || !point.dimensions_problem.empty()) return;
  if (point.row.bucket != bucket_start(Grain::day, as_of_)) return;
  if (point.dimensions.all() || point.dimensions.name == "milestone")
    points_.emplace(std::pair{point.row.metric_key, point.dimensions}, point);
}

const Point* CurrentPoints::find(std::string_view metric, const Dimensions& dimensions) const {
  const auto found = points_.find({std::string{metric}, dimensions});
  return found == points_.end() ? nullptr : &found->second;
}

Problems payload_problems(const Json& payload) {
  Problems problems = operational_problems(member(payload, "operational"));
  for (auto& problem : north_star_problems(member(payload, "north_star"))) problems.push_back(problem);
  for (auto& problem : bottleneck_problems(member(member(payload, "actionability"), "bottleneck_contribution")))
    problems.push_back(problem);
  return problems;
}

Problems level_problems(const Json& payload, const Dimensions& scope, const CurrentPoints& points) {
  Claims claims(payload);
  const auto compare = [&](const Shown& shown, const Json& section) {
    claims.equal(fmt::format("{}.{}", shown.group, shown.field), number(member(section, shown.group), shown.field),
                 as_shown(points.find(shown.metric, scope), shown));
  };
  for (const auto& shown : kLevels) compare(shown, member(payload, "operational"));
  if (!scope.all()) return claims.take();
  for (const auto& shown : kScores) compare(shown, member(payload, "north_star"));
  const Point* states = points.find("state_distribution", {});
  const Json& by_state = member(member(member(payload, "operational"), "state_distribution"), "by_state");
  if (states == nullptr)
    claims.equal("the sum of by_state", sum_of(by_state), 0);
  else if (member(states->json, "by_state") != by_state)
    claims.say(
        fmt::format("by_state is {}, in the point {}", by_state.dump(), member(states->json, "by_state").dump()));
  return claims.take();
}

void check_summary(const readmodel::StoredSummary& row, const CurrentPoints& points, Report& report) {
  const Json payload = Json::parse(row.payload, nullptr, false);
  if (!payload.is_object() || !row.unreadable.empty()) return;
  report.count(Check::summary);
  for (const auto& problem : payload_problems(payload)) report.add(Check::summary, where_of(row), problem);
  if (row.captured_at != points.as_of()) return;
  const Json scope = Json::parse(row.scope, nullptr, false);
  const Json& milestone = member(scope, "milestone");
  const auto key = milestone.is_string() ? Dimensions{"milestone", milestone.get<std::string>()} : Dimensions{};
  for (const auto& problem : level_problems(payload, key, points)) report.add(Check::summary, where_of(row), problem);
}

}  // namespace tidemark::conformance
