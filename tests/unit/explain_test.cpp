// Every point taken apart: what it is made of gives its value again, and what was left out has its reason.
#include "compute/explain.hpp"

#include <map>
#include <numeric>

#include "contracts/aggregate_state.hpp"
#include "contracts/catalogue.hpp"
#include "support/history.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using compute::Absence;
using compute::Combination;
using compute::PointExplanation;

namespace {

constexpr const char* kAsOf = "2024-03-20T12:00:00Z";

// Four weeks in which everything happens that a metric tells of.
History eventful() {
  History h;
  for (int i = 0; i < 12; ++i) {
    const std::string name = "T" + std::to_string(i);
    const std::string day = i < 9 ? "2024-03-0" + std::to_string(i + 1) : "2024-03-" + std::to_string(i + 1);
    auto& task = h.task(name, day + "T08:00:00Z");
    task.phase = i % 2 == 0 ? "Build" : "Test";
    task.priority = 20 * i;
    if (i % 3 == 0) task.capability_tags = {"sql", "cpp"};
    task.milestone = "M";
    task.milestone_id = id_of("M");
    h.moves(name, day + "T09:00:00Z", "ready");
    if (i != 4) h.moves(name, day + "T10:00:00Z", "in_progress").caused_by = i % 2 == 0 ? "ann" : "bob";
    h.moves(name, day + "T11:00:00Z", "blocked").reason = "supplier " + std::to_string(i % 2);
    if (i == 7) continue;
    if (i != 4) h.moves(name, day + "T13:00:00Z", "in_progress");
    h.moves(name, day + "T15:00:00Z", "implemented");
    if (i == 8) continue;
    if (i != 5)
      h.decision(name, day + "T17:00:00Z", i == 6 ? GateOutcome::rejected : GateOutcome::approved,
                 "r" + std::to_string(i % 2));
    h.attempt(name, day + "T17:30:00Z", day + "T18:00:00Z",
              i % 4 == 1 ? AttemptResult::conflict : AttemptResult::success);
    if (i % 4 == 1 && i != 9) h.attempt(name, day + "T18:30:00Z", day + "T19:00:00Z", AttemptResult::success);
    h.moves(name, day + "T20:00:00Z", "integrated");
  }
  h.moves("T2", "2024-03-15T10:00:00Z", "in_progress");  // reopened
  h.moves("T3", "2024-03-04T21:00:00Z", "integrated");   // changes nothing
  h.moves("T3", "2024-03-04T21:30:00Z", "sleeping");     // unreadable
  h.task("LATER", "2024-03-20T18:00:00Z");
  h.task("DROPPED", "2024-03-02T08:00:00Z");
  h.attempt("DROPPED", "2024-03-03T08:00:00Z", "2024-03-03T09:00:00Z", AttemptResult::aborted);
  h.moves("DROPPED", "2024-03-04T08:00:00Z", "cancelled");
  h.decision("DROPPED", "2024-03-02T12:00:00Z", GateOutcome::rejected);  // never submitted
  auto& s = h.sources;
  s.milestones.push_back({id_of("M"), "M", at("2024-03-01"), at("2024-03-12"), std::nullopt});
  s.milestones.push_back({id_of("N"), "N", std::nullopt, at("2024-03-13"), at("2024-03-13")});
  s.artifacts.push_back({"a1", id_of("T1"), CheckStatus::passed, at("2024-03-12T01:00:00Z")});
  s.artifacts.push_back({"a2", id_of("T1"), CheckStatus::failed, at("2024-03-12T02:00:00Z")});
  s.artifacts.push_back({"a3", std::nullopt, CheckStatus::pending, at("2024-03-12T03:00:00Z")});
  s.links.push_back({"l1", id_of("T7"), id_of("T1"), at("2024-03-02T16:00:00Z")});
  s.links.push_back({"l2", id_of("T7"), id_of("T8"), at("2024-03-09T16:00:00Z")});
  s.edges.push_back({"e1", id_of("T7"), id_of("T8"), "integrated", at("2024-03-09T10:00:00Z")});
  s.edges.push_back({"e2", id_of("GONE"), id_of("T8"), "integrated", at("2024-03-09T10:00:00Z")});
  s.change_sets.push_back({"c1", 3, 1.5, at("2024-03-10T10:00:00Z")});
  s.leases.push_back({"lease4", id_of("T4"), "cyd", at("2024-03-25T10:00:00Z")});
  return h;
}

PointExplanation explain(const History& h, const compute::PointKey& key,
                         const std::vector<compute::Exclusion>& unread = {}) {
  return compute::explain_point(h.sources, {at(kAsOf), at("2030-01-01"), floors_at(catalogue_policies(), at(kAsOf))},
                                key, unread);
}

// What the contributions come to in the way that the metric combines them.
double combined(const PointExplanation& e) {
  std::vector<double> values;
  for (const auto& fact : e.included) values.push_back(fact.contribution);
  const double sum = std::accumulate(values.begin(), values.end(), 0.0);
  if (e.combination == Combination::sum) return sum;
  if (e.combination == Combination::mean) return sum / static_cast<double>(values.size());
  std::vector<std::int64_t> micros;
  for (const double v : values) micros.push_back(std::llround(v * 60e6));
  std::sort(micros.begin(), micros.end());
  return percentile_cont(micros, 0.5) / 60e6;
}

// The contributions of one part.
std::vector<double> part(const PointExplanation& e, std::string_view name) {
  std::vector<double> values;
  for (const auto& fact : e.included)
    if (fact.part == name) values.push_back(fact.contribution);
  return values;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::map<std::string_view, int> reasons_of(const PointExplanation& e) {
  std::map<std::string_view, int> counts;
  for (const auto& row : e.left_out) ++counts[row.reason.code];
  return counts;
}

struct Seen {
  int points = 0;
  int facts = 0;
};

void check_point(const History& h, const compute::PointKey& key, const PointValue& value, Seen& seen) {
  const auto e = explain(h, key);
  INFO(key.metric << " " << to_string(key.grain) << " " << format_instant(key.at) << " " << key.dimensions.name << " "
                  << key.dimensions.value);
  REQUIRE(e.value.has_value());
  CHECK(*e.value == value);
  ++seen.points;
  seen.facts += static_cast<int>(e.included.size());
  for (const auto& fact : e.included) CHECK_FALSE(fact.evidence.rows.empty());
  if (e.combination == Combination::score) {
    CHECK_FALSE(e.included.empty());
    return;
  }
  if (value.numeric) CHECK(combined(e) == Approx(*value.numeric));
  if (!value.numeric) CHECK(e.included.empty());
  const auto json = nlohmann::json::parse(value.json);
  if (json.contains("sample_size") && e.combination != Combination::sum)
    CHECK(json["sample_size"] == e.included.size());
}

}  // namespace

TEST_CASE("what a point is made of gives its value again, for every point of every metric") {
  const auto h = eventful();
  const auto rows = h.compute(kAsOf);
  std::map<std::string, Seen> seen;
  for (const auto& row : rows.trend)
    check_point(h, {row.metric_key, row.grain, row.bucket, row.dimensions}, row.value, seen[row.metric_key]);
  for (const auto& row : rows.breakdown)
    if (!find_metric(row.metric_key)->splits_trend_by(row.dimension_key))
      check_point(h, {row.metric_key, *row.grain, *row.bucket, {row.dimension_key, row.dimension_value}}, row.value,
                  seen[row.metric_key]);
  for (const auto& metric : all_metrics()) {
    if (metric.domain != Domain::delivery) continue;
    INFO(metric.key);
    CHECK(seen[std::string{metric.key}].points > 0);
    CHECK(seen[std::string{metric.key}].facts > 0);
  }
}

TEST_CASE("the parts of a score give it again") {
  const auto h = eventful();
  const auto rows = h.compute(kAsOf);
  const auto e = explain(h, {"integration_reliability_score", Grain::day, at("2024-03-09"), {}});
  const auto json = nlohmann::json::parse(e.value->json);
  CHECK(json["attempts"] == part(e, "success_rate").size());
  CHECK(json["success_rate"].get<double>() == Approx(mean_of(part(e, "success_rate"))));
  CHECK(json["avg_recovery_minutes"].get<double>() == Approx(mean_of(part(e, "recovery"))));
  CHECK(reasons_of(e)["streak_dropped"] == 1);
  CHECK(reasons_of(explain(h, {"integration_reliability_score", Grain::day, at("2024-03-10"), {}}))["streak_young"] ==
        1);

  const auto dpi = explain(h, {"delivery_predictability_index", Grain::day, at("2024-03-14"), {}});
  const auto components = nlohmann::json::parse(dpi.value->json);
  CHECK(part(dpi, "schedule_reliability") == std::vector<double>{0, 1});
  CHECK(components["schedule_reliability"] == 0.5);
  CHECK(components["blocker_resolution_rate"] == mean_of(part(dpi, "blocker_resolution_rate")));

  const auto health = explain(h, {"health_at_a_glance", Grain::day, at("2024-03-14"), {}});
  CHECK(part(health, "quality_gate_score") == std::vector<double>{1, 0});
  CHECK(reasons_of(health)["checks_pending"] == 1);
  for (const char* name : {"schedule_reliability", "flow_efficiency_score", "success_rate"})
    CHECK_FALSE(part(health, name).empty());
}

TEST_CASE("what was left out of a point has its reason") {
  const auto h = eventful();
  struct Case {
    const char* metric;
    const char* day;
    Dimensions dimensions;
    const char* reason;
    const char* task;
  };
  const Case cases[]{
      {"throughput", "2024-03-03", {}, "reopened", "T2"},
      {"lead_time", "2024-03-04", {}, "no_change", "T3"},
      {"lead_time", "2024-03-04", {}, "quarantined", "T3"},
      {"cycle_time", "2024-03-05", {}, "never_claimed", "T4"},
      {"gate_latency", "2024-03-02", {}, "no_submission", "DROPPED"},
      {"arrivals", "2024-03-20", {}, "after_as_of", "LATER"},
      {"wip", "2024-03-09", {}, "other_state", "T0"},
      {"wip", "2024-03-09", {"phase", "Build"}, "other_value", "T7"},
      {"blocked", "2024-03-09", {"block_reason", "supplier 1"}, "other_state", "T8"},
      {"state_distribution", "2024-03-09", {"state", "integrated"}, "other_state", "T7"},
      {"time_in_state", "2024-03-05", {"state", "claimed"}, "never_in_state", "T4"},
      {"flow_efficiency_score", "2024-03-14", {}, "no_time", "T0"},
      {"integration_outcomes", "2024-03-10", {"outcome", "success"}, "other_value", "T9"},
      {"reviewer_load", "2024-03-02", {"reviewer", "r1"}, "other_value", "DROPPED"},
      {"dependency_risk", "2024-03-10", {}, "quarantined", "T8"},
  };
  for (const auto& expected : cases) {
    INFO(expected.metric << " " << expected.day << " " << expected.reason);
    const auto e = explain(h, {expected.metric, Grain::day, at(expected.day), expected.dimensions});
    CHECK(std::any_of(e.left_out.begin(), e.left_out.end(), [&](const auto& row) {
      return row.reason.code == expected.reason && row.evidence.short_id == expected.task;
    }));
  }
}

TEST_CASE("a row that would have counted for another value of the dimension is not left out of this one") {
  const auto h = eventful();
  const auto reopened = [&](const char* phase) {
    return reasons_of(explain(h, {"throughput", Grain::day, at("2024-03-03"), {"phase", phase}}))["reopened"];
  };
  CHECK(reopened("Build") == 1);  // T2's
  CHECK(reopened("Test") == 0);
  const auto states = [&](const char* phase) {
    return reasons_of(explain(h, {"wip", Grain::day, at("2024-03-12"), {"phase", phase}}))["other_state"];
  };
  const auto all = reasons_of(explain(h, {"wip", Grain::day, at("2024-03-12"), {}}))["other_state"];
  CHECK(states("Build") + states("Test") + states("unassigned") == all);
  CHECK(states("Test") > 0);
}

TEST_CASE("a fact names the rows it was read from") {
  auto h = eventful();
  h.task("LEASED", "2024-03-18T08:00:00Z");
  h.sources.leases.push_back({"lease1", id_of("LEASED"), "dan", at("2024-03-18T09:00:00Z")});
  h.moves("LEASED", "2024-03-18T12:00:00Z", "integrated");
  const auto e = explain(h, {"cycle_time", Grain::day, at("2024-03-18"), {}});
  REQUIRE(e.included.size() == 1);
  const auto& evidence = e.included[0].evidence;
  REQUIRE(evidence.rows.size() == 3);
  CHECK(evidence.rows[0].source == "event_log");
  CHECK(evidence.rows[1].source == "task");
  CHECK(evidence.rows[2].source == "lease");
  CHECK(evidence.rows[2].key == "lease1");
  CHECK(evidence.short_id == "LEASED");
  CHECK(evidence.title == "Task LEASED");
  CHECK(e.included[0].contribution == 180);

  const auto risk = explain(h, {"dependency_risk", Grain::day, at("2024-03-10"), {}});
  const auto waits =
      std::find_if(risk.included.begin(), risk.included.end(), [](auto& f) { return f.contribution == 1; });
  REQUIRE(waits != risk.included.end());
  CHECK(waits->evidence.rows.back().key == "e1");
  CHECK(waits->note == "waits for T7");
}

TEST_CASE("rows that the readers left out are candidates like any other") {
  const auto h = eventful();
  const auto row = [](std::string_view source, std::string_view when) {
    return compute::Exclusion{
        compute::candidate_kind(source),
        {{{{std::string{source}, "x"}}, when.empty() ? std::nullopt : parse_instant(when), "", "", ""},
         compute::reasons::kQueued,
         ""}};
  };
  const compute::PointKey key{"integration_outcomes", Grain::day, at("2024-03-02"), {}};
  CHECK(reasons_of(explain(h, key, {row("integration_attempt", "2024-03-02T05:00:00Z")}))["queued"] == 1);
  CHECK(reasons_of(explain(h, key, {row("integration_attempt", "")}))["queued"] == 1);  // when is unknown
  CHECK(reasons_of(explain(h, key, {row("integration_attempt", "2024-03-03T05:00:00Z")}))["queued"] == 0);
  CHECK(reasons_of(explain(h, key, {row("artifact", "2024-03-02T05:00:00Z")}))["queued"] == 0);
}

TEST_CASE("a point that is not there says why") {
  const auto h = eventful();
  const auto why = [&](std::string_view metric, Grain grain, const char* when, const Dimensions& dimensions = {}) {
    const auto e = explain(h, {metric, grain, at(when), dimensions});
    CHECK_FALSE(e.value.has_value());
    return e.absence;
  };
  CHECK(why("throughput", Grain::day, "2024-03-21") == Absence::after_as_of);
  CHECK(why("throughput", Grain::day, "2024-02-01") == Absence::before_first_fact);
  CHECK(why("throughput", Grain::day, "2024-03-19") == Absence::no_fact);
  CHECK(why("throughput", Grain::day, "2024-03-01", {"phase", "Nowhere"}) == Absence::unknown_value);
  CHECK(why("throughput", Grain::day, "2024-03-01", {"phase", "Test"}) == Absence::no_fact);
  CHECK(why("wip", Grain::hour, "2024-03-18T03:00:00Z") == Absence::no_change);
  CHECK(why("backlog", Grain::day, "2024-03-05", {"phase", "Build"}) == Absence::nothing_held);
  CHECK(why("bottleneck_contribution", Grain::day, "2024-03-20") == Absence::undefined);
  auto without = h;
  without.sources.edges.clear();
  CHECK(explain(without, {"dependency_risk", Grain::day, at("2024-03-10"), {}}).absence == Absence::no_dependency);
  auto old = h;
  old.task("OLD", "2023-01-05T00:00:00Z");
  CHECK(explain(old, {"arrivals", Grain::day, at("2023-01-05"), {}}).absence == Absence::past_retention);
  CHECK(explain(old, {"arrivals", Grain::month, at("2023-01-05"), {}}).value->numeric == 1);
  // Each metric has its own floors.
  Floors floors;
  floors["arrivals"].of(KeptRows::trend_day) = at("2024-03-04");
  const auto day = [&](std::string_view metric) {
    return compute::explain_point(h.sources, {at(kAsOf), at("2030-01-01"), floors},
                                  {metric, Grain::day, at("2024-03-01"), {}}, {})
        .absence;
  };
  CHECK(day("arrivals") == Absence::past_retention);
  CHECK(day("wip") == std::nullopt);
  CHECK(explain(History{}, {"arrivals", Grain::day, at("2024-03-01"), {}}).absence == Absence::before_first_fact);
}

TEST_CASE("the order of the sources changes nothing of an explanation") {
  const auto h = eventful();
  auto reversed = h;
  std::reverse(reversed.sources.events.begin(), reversed.sources.events.end());
  std::reverse(reversed.sources.tasks.begin(), reversed.sources.tasks.end());
  std::reverse(reversed.sources.attempts.begin(), reversed.sources.attempts.end());
  const compute::PointKey key{"health_at_a_glance", Grain::week, at("2024-03-10"), {}};
  const auto a = explain(h, key);
  const auto b = explain(reversed, key);
  REQUIRE(a.included.size() == b.included.size());
  for (std::size_t i = 0; i < a.included.size(); ++i) {
    CHECK(a.included[i].evidence.rows[0].key == b.included[i].evidence.rows[0].key);
    CHECK(a.included[i].contribution == b.included[i].contribution);
  }
  REQUIRE(a.left_out.size() == b.left_out.size());
  for (std::size_t i = 0; i < a.left_out.size(); ++i)
    CHECK(a.left_out[i].evidence.rows[0].key == b.left_out[i].evidence.rows[0].key);
}
