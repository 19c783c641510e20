// What rows say besides their value: contributing factors and confidence intervals. Spec: delivery metrics, sections 3
// and 4.
#include "support/history.hpp"

using namespace tidemark;
using namespace tidemark::tests;

TEST_CASE("the stage that a task was dropped in is among its factors") {
  const auto factors_of = [](const History& h, const std::string& metric) {
    for (const auto& row : h.compute("2024-03-05T00:00:00Z").drilldown)
      if (row.metric_key == metric) return nlohmann::json::parse(row.payload)["contributing_factors"];
    return nlohmann::json();
  };
  History dropped;
  dropped.task("T1", "2024-03-04T00:00:00Z");
  dropped.moves("T1", "2024-03-04T06:00:00Z", "in_progress");
  dropped.moves("T1", "2024-03-04T08:00:00Z", "cancelled");
  const auto factors = factors_of(dropped, "flow_efficiency_score");
  REQUIRE(factors.size() == 2);
  CHECK(factors[0]["impact"] == 0.75);
  CHECK(factors[1]["factor"] == "implementation_time");
  CHECK(factors[1]["impact"] == 0.25);
}

TEST_CASE("a reviewer's gate latency row counts decisions, and a count has no confidence interval") {
  History h;
  h.task("T1", "2024-03-04T00:00:00Z");
  h.moves("T1", "2024-03-04T01:00:00Z", "implemented");
  h.decision("T1", "2024-03-04T02:00:00Z", GateOutcome::rejected);
  h.decision("T1", "2024-03-04T05:00:00Z", GateOutcome::approved);
  int seen = 0;
  for (const auto& row : h.compute("2024-03-05T00:00:00Z").breakdown) {
    if (row.metric_key != "gate_latency") continue;
    ++seen;
    CHECK(nlohmann::json::parse(row.value.json).contains("confidence_interval") == (row.dimension_key == "gate_type"));
  }
  CHECK(seen == 2);
}

TEST_CASE("a summary's top reasons are single ones, however many there are") {
  History h;
  for (int n = 0; n < 60; ++n) {
    const auto name = "T" + std::to_string(n);
    h.task(name, "2024-03-04T00:00:00Z");
    h.moves(name, "2024-03-04T01:00:00Z", "blocked").reason = "reason " + std::to_string(n + 100);
  }
  const auto rows = compute::compute_summaries(h.sources, {at("2024-03-05T00:00:00Z"), at("2030-01-01T00:00:00Z"), {}},
                                               compute::Slot::later);
  REQUIRE(rows.size() == 1);
  const auto blocked = nlohmann::json::parse(rows.front().payload)["operational"]["blocked"];
  CHECK(blocked["count"] == 60);
  REQUIRE(blocked["top_reasons"].size() == 5);
  CHECK(blocked["top_reasons"][0]["reason"] == "reason 100");
  CHECK(blocked["top_reasons"][0]["count"] == 1);
}

TEST_CASE("a dependency older than the project's first fact makes no bucket before it") {
  History h;
  h.task("A", "2024-03-04T08:00:00Z");
  h.task("B", "2024-03-04T08:30:00Z");
  h.sources.edges.push_back({"AB", id_of("A"), id_of("B"), "integrated", at("2024-03-03T20:00:00Z")});
  const auto rows = h.compute("2024-03-05T12:00:00Z");
  CHECK(find_trend(rows, "dependency_risk", Grain::hour, "2024-03-03T20:00:00Z") == nullptr);
  CHECK(find_trend(rows, "dependency_risk", Grain::hour, "2024-03-04T08:00:00Z") != nullptr);
}

TEST_CASE("a milestone's reviews are rerouted from a reviewer whose gate tasks are outside it") {
  History h;
  h.task("Gate", "2024-03-01T00:00:00Z");
  h.sources.leases.push_back({"lease", id_of("Gate"), "ann", at("2024-03-01T01:00:00Z")});
  for (int n = 0; n < 4; ++n) {
    const auto name = "T" + std::to_string(n);
    h.task(name, "2024-03-04T00:00:00Z").milestone = "Beta";
    h.moves(name, "2024-03-04T01:00:00Z", "implemented");
    h.sources.links.push_back({name + " link", id_of("Gate"), id_of(name), at("2024-03-04T02:00:00Z")});
  }
  const auto rows = compute::compute_summaries(h.sources, {at("2024-03-05T00:00:00Z"), at("2030-01-01T00:00:00Z"), {}},
                                               compute::Slot::first_of_day);
  REQUIRE(rows.size() == 2);
  const auto actions = nlohmann::json::parse(rows[1].payload)["actionability"]["suggested_actions"];
  REQUIRE(actions.size() == 1);
  CHECK(actions[0]["rationale"] == "ann holds 4 of 4 waiting reviews");
  CHECK(actions[0]["affected_tasks"].size() == 4);
}

TEST_CASE("a backlog of ten is no reason to escalate, one of eleven is") {
  for (const int size : {10, 11}) {
    History h;
    for (int n = 0; n < size; ++n) {
      const auto name = "T" + std::to_string(n);
      h.task(name, "2024-03-04T00:00:00Z");
      h.moves(name, "2024-03-04T01:00:00Z", "implemented");
    }
    const auto rows = compute::compute_summaries(
        h.sources, {at("2024-03-05T00:00:00Z"), at("2030-01-01T00:00:00Z"), {}}, compute::Slot::later);
    const auto actions = nlohmann::json::parse(rows.front().payload)["actionability"]["suggested_actions"];
    REQUIRE(actions.size() == (size > 10 ? 1 : 0));
    if (size > 10) CHECK(actions[0]["confidence"] == 0.5);
  }
}
