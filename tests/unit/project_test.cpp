// Whole small histories: which rows a project has and what they say. Spec: delivery metrics, sections 1 to 4.
#include "support/history.hpp"

using namespace tidemark;
using namespace tidemark::tests;

namespace {

// One task from creation to completion, reviewed and integrated at the second attempt.
History one_task() {
  History h;
  auto& task = h.task("T1", "2024-03-04T08:00:00Z");
  task.phase = "Build";
  task.priority = 20;
  task.capability_tags = {"sql", "cpp", "sql"};
  h.moves("T1", "2024-03-04T09:00:00Z", "ready");
  h.moves("T1", "2024-03-04T10:00:00Z", "in_progress").caused_by = "ann";
  h.moves("T1", "2024-03-05T10:00:00Z", "implemented");
  h.moves("T1", "2024-03-06T10:00:00Z", "integrated");
  h.decision("T1", "2024-03-05T22:00:00Z", GateOutcome::approved);
  h.attempt("T1", "2024-03-06T08:00:00Z", "2024-03-06T08:30:00Z", AttemptResult::failed_checks);
  h.attempt("T1", "2024-03-06T09:00:00Z", "2024-03-06T10:00:00Z", AttemptResult::success);
  return h;
}

}  // namespace

TEST_CASE("a completed task shows in every event metric's bucket") {
  const auto rows = one_task().compute("2024-03-07T12:00:00Z");
  CHECK(trend(rows, "arrivals", Grain::hour, "2024-03-04T08:00:00Z").value.numeric == 1);
  CHECK(trend(rows, "throughput", Grain::day, "2024-03-06").value.numeric == 1);
  CHECK(json_of(trend(rows, "throughput", Grain::day, "2024-03-06"))["by_priority"]["P0"] == 1);
  CHECK(trend(rows, "lead_time", Grain::day, "2024-03-06").value.numeric == 50 * 60);
  CHECK(trend(rows, "cycle_time", Grain::day, "2024-03-06").value.numeric == 48 * 60);
  CHECK(trend(rows, "lead_time", Grain::day, "2024-03-06", {"assignee", "ann"}).value.numeric == 50 * 60);
  CHECK(trend(rows, "lead_time", Grain::month, "2024-03-01", {"phase", "Build"}).value.numeric == 50 * 60);
  CHECK(trend(rows, "lead_time", Grain::week, "2024-03-04", {"milestone", "unassigned"}).value.numeric == 50 * 60);
  CHECK(find_trend(rows, "lead_time", Grain::hour, "2024-03-06T10:00:00Z", {"phase", "Build"}) == nullptr);
  CHECK(trend(rows, "gate_latency", Grain::day, "2024-03-05").value.numeric == 12 * 60);
  const auto outcomes = json_of(trend(rows, "integration_outcomes", Grain::day, "2024-03-06"));
  CHECK(outcomes["success_retry"] == 1);
  CHECK(outcomes["failed_checks"] == 1);
  CHECK(outcomes["avg_retry_to_success_minutes"] == 90);
  CHECK(trend(rows, "integration_outcomes", Grain::day, "2024-03-06").value.numeric == 0.5);
}

TEST_CASE("stages: queue, implementation, review and integration of the completed task") {
  const auto json =
      json_of(trend(one_task().compute("2024-03-07T12:00:00Z"), "bottleneck_contribution", Grain::day, "2024-03-06"));
  // 1 h ready to claimed, 24 h to implemented, 12 h to the approval, 12 h to integrated.
  CHECK(json["stage"] == "implementation");
  CHECK(json["stages"]["queue"].get<double>() == Approx(100.0 / 49));
  CHECK(json["stages"]["implementation"].get<double>() == Approx(2400.0 / 49));
  CHECK(json["stages"]["review"].get<double>() == Approx(1200.0 / 49));
  CHECK(json["flagged"] == true);
}

TEST_CASE("a bucket holds its start and not its end") {
  History h;
  h.task("T1", "2024-03-04T00:00:00Z");
  h.task("T2", "2024-03-05T00:00:00Z");
  const auto rows = h.compute("2024-03-06T00:00:00Z");
  CHECK(trend(rows, "arrivals", Grain::day, "2024-03-04").value.numeric == 1);
  CHECK(trend(rows, "arrivals", Grain::day, "2024-03-05").value.numeric == 1);
}

TEST_CASE("levels stand in every day, and are measured at its end or at the as-of") {
  const auto rows = one_task().compute("2024-03-07T12:00:00Z");
  const auto wip = json_of(trend(rows, "wip", Grain::day, "2024-03-04"));
  CHECK(wip["total_count"] == 1);
  CHECK(wip["avg_age_hours"] == 14);
  CHECK(wip["aging_buckets"]["lt_24h"] == 1);
  CHECK(json_of(trend(rows, "wip", Grain::day, "2024-03-05"))["aging_buckets"]["24h_to_72h"] == 1);
  CHECK(trend(rows, "backlog", Grain::day, "2024-03-05").value.numeric == 1);
  CHECK(trend(rows, "wip", Grain::day, "2024-03-06").value.numeric == 0);
  const auto today = trend(rows, "wip", Grain::day, "2024-03-07");
  CHECK(json_of(today)["partial"] == true);
  CHECK_FALSE(json_of(today).contains("avg_age_hours"));
  CHECK(trend(rows, "blocked", Grain::day, "2024-03-04").value.numeric == 0);
  CHECK_FALSE(trend(rows, "blocked", Grain::day, "2024-03-06").value.numeric);
  CHECK(find_trend(rows, "wip", Grain::day, "2024-03-03") == nullptr);
  CHECK(find_trend(rows, "wip", Grain::hour, "2024-03-04T11:00:00Z") == nullptr);
  CHECK(trend(rows, "wip", Grain::hour, "2024-03-04T10:00:00Z").value.numeric == 1);
  CHECK(trend(rows, "wip", Grain::hour, "2024-03-07T12:00:00Z").value.numeric == 0);
}

TEST_CASE("a reopened task disappears from its earlier completion's bucket and shows as rework") {
  auto h = one_task();
  h.moves("T1", "2024-03-07T10:00:00Z", "in_progress");
  const auto before = h.compute("2024-03-07T09:00:00Z");
  const auto after = h.compute("2024-03-07T12:00:00Z");
  CHECK(find_trend(before, "throughput", Grain::day, "2024-03-06") != nullptr);
  CHECK(find_trend(after, "throughput", Grain::day, "2024-03-06") == nullptr);
  const auto rework = trend(after, "rework", Grain::day, "2024-03-07");
  CHECK(rework.value.numeric == 1);
  CHECK(json_of(rework)["share"] == 1);
}

TEST_CASE("whatever happens after the as-of is invisible") {
  auto h = one_task();
  const auto then = h.compute("2024-03-05T12:00:00Z");
  CHECK(find_trend(then, "throughput", Grain::week, "2024-03-04") == nullptr);
  CHECK(trend(then, "wip", Grain::day, "2024-03-05").value.numeric == 1);
  h.task("LATER", "2024-06-01T00:00:00Z");
  h.moves("LATER", "2024-03-05T11:00:00Z", "ready");
  CHECK(h.compute("2024-03-05T12:00:00Z").quarantine.empty());
}

TEST_CASE("ISO week 53 and month ends") {
  History h;
  h.task("T1", "2021-01-03T23:59:59Z");  // Sunday of 2020-W53
  h.task("T2", "2021-01-04T00:00:00Z");
  const auto rows = h.compute("2021-01-31T12:00:00Z");
  CHECK(trend(rows, "arrivals", Grain::week, "2020-12-28").value.numeric == 1);
  CHECK(trend(rows, "arrivals", Grain::week, "2021-01-04").value.numeric == 1);
  CHECK(trend(rows, "arrivals", Grain::month, "2021-01-01").value.numeric == 2);
}

TEST_CASE("nothing past its policy is written, weeks and months stay") {
  const auto rows = one_task().compute("2024-09-01T00:00:00Z");
  CHECK(find_trend(rows, "throughput", Grain::day, "2024-03-06") == nullptr);
  CHECK(find_trend(rows, "wip", Grain::day, "2024-03-06") == nullptr);
  CHECK(trend(rows, "throughput", Grain::week, "2024-03-04").value.numeric == 1);
  CHECK(trend(rows, "wip", Grain::week, "2024-03-04").value.numeric == 0);
  CHECK(rows.drilldown.empty());
  for (const auto& row : rows.breakdown) CHECK(*row.bucket >= at("2024-06-02"));
}

TEST_CASE("a tag counts once and a task counts under each of its tags") {
  const auto rows = one_task().compute("2024-03-07T12:00:00Z");
  std::vector<std::string> tags;
  for (const auto& row : rows.breakdown)
    if (row.metric_key == "throughput" && row.dimension_key == "capability_tag") tags.push_back(row.dimension_value);
  CHECK(tags == std::vector<std::string>{"cpp", "sql"});
}

TEST_CASE("the order of the sources changes nothing") {
  auto h = one_task();
  for (int i = 2; i < 30; ++i) {
    const std::string name = "T" + std::to_string(i);
    h.task(name, "2024-03-0" + std::to_string(1 + i % 9) + "T08:00:00Z").task_class = i % 2 == 0 ? "bug" : "feature";
    h.moves(name, "2024-03-10T08:00:00Z", "claimed").caused_by = "agent" + std::to_string(i % 3);
    h.moves(name, "2024-03-11T08:0" + std::to_string(i % 10) + ":00Z", i % 3 == 0 ? "blocked" : "integrated");
  }
  const auto rows = h.compute("2024-03-12T12:00:00Z");
  std::reverse(h.sources.tasks.begin(), h.sources.tasks.end());
  std::reverse(h.sources.events.begin(), h.sources.events.end());
  std::reverse(h.sources.attempts.begin(), h.sources.attempts.end());
  const auto again = h.compute("2024-03-12T12:00:00Z");
  REQUIRE(rows.trend.size() == again.trend.size());
  for (std::size_t i = 0; i < rows.trend.size(); ++i) {
    REQUIRE(rows.trend[i].id == again.trend[i].id);
    REQUIRE(rows.trend[i].value == again.trend[i].value);
  }
  REQUIRE(rows.drilldown.size() == again.drilldown.size());
  for (std::size_t i = 0; i < rows.drilldown.size(); ++i)
    REQUIRE(rows.drilldown[i].payload == again.drilldown[i].payload);
}

TEST_CASE("a broken row of each kind is set aside with its reason and the rest is computed") {
  auto h = one_task();
  h.moves("T1", "2024-03-04T12:00:00Z", "sleeping");
  h.moves("T1", "2024-03-04T12:00:00Z", "").to_state.reset();
  h.moves("GONE", "2024-03-04T12:00:00Z", "ready");
  h.moves("T1", "2024-03-20T12:00:00Z", "ready");
  h.sources.edges.push_back({"edge", id_of("T1"), id_of("GONE"), "integrated", at("2024-03-04T12:00:00Z")});
  const auto rows = h.compute("2024-03-07T12:00:00Z", "2024-03-07T12:00:00Z");
  REQUIRE(rows.quarantine.size() == 5);
  CHECK(rows.quarantine[0].source == "dependency_edge");
  CHECK_THAT(rows.quarantine[1].reason, contains_text("'sleeping'"));
  CHECK_THAT(rows.quarantine[2].reason, contains_text("missing"));
  CHECK_THAT(rows.quarantine[3].reason, contains_text("does not exist"));
  CHECK_THAT(rows.quarantine[4].reason, contains_text("ahead of the database's clock"));
  CHECK(trend(rows, "throughput", Grain::day, "2024-03-06").value.numeric == 1);
}

TEST_CASE("an edge of two missing tasks is set aside for the task that it belongs to, and only once") {
  auto h = one_task();
  h.sources.edges.push_back({"edge", id_of("GONE TOO"), id_of("GONE"), "integrated", at("2024-03-04T12:00:00Z")});
  const auto rows = h.compute("2024-03-07T12:00:00Z", "2024-03-07T12:00:00Z");
  REQUIRE(rows.quarantine.size() == 1);
  CHECK_THAT(rows.quarantine[0].reason, contains_text(to_string(id_of("GONE"))));
}

TEST_CASE("an empty project has no rows and an empty summary") {
  History h;
  const auto rows = h.compute("2024-03-07T12:00:00Z");
  CHECK(rows.trend.empty());
  CHECK(rows.breakdown.empty());
  const auto summaries =
      compute::compute_summaries(h.sources, {at("2024-03-07"), at("2024-03-07"), {}}, compute::Slot::first_of_day);
  REQUIRE(summaries.size() == 1);
  CHECK(nlohmann::json::parse(summaries[0].payload)["operational"]["wip"]["total_count"] == 0);
}

TEST_CASE("the summary holds its windows, and one more per milestone with open tasks") {
  auto h = one_task();
  h.task("T2", "2024-03-05T08:00:00Z").milestone = "M1";
  h.moves("T2", "2024-03-05T09:00:00Z", "blocked").reason = "supplier";
  const auto summaries =
      compute::compute_summaries(h.sources, {at("2024-03-07"), at("2024-03-08"), {}}, compute::Slot::first_of_day);
  REQUIRE(summaries.size() == 2);
  const auto json = nlohmann::json::parse(summaries[0].payload);
  CHECK(json["operational"]["throughput"]["tasks_integrated_week"] == 1);
  CHECK(json["operational"]["lead_time"]["p50_minutes"] == 3000);
  CHECK(json["operational"]["blocked"]["top_reasons"][0]["reason"] == "supplier");
  CHECK(json["operational"]["blocked"]["ratio"] == 1);
  CHECK(json["operational"]["gates"]["pass_rate"] == 1);
  CHECK(json["north_star"]["active_value_delivery_rate"]["value"] == 0.57);
  CHECK(json["north_star"]["integration_reliability_score"]["trend"] == "stable");
  CHECK(summaries[1].scope == R"({"milestone": "M1"})");
  const auto scoped = nlohmann::json::parse(summaries[1].payload);
  CHECK(scoped["operational"]["throughput"]["tasks_integrated_week"] == 0);
  CHECK(scoped["operational"]["wip"]["total_count"] == 1);
}

TEST_CASE("dependency risk: waiting tasks, the longest chain with cycles contracted, and fan-in") {
  History h;
  for (const auto* name : {"A", "B", "C", "D", "E"}) h.task(name, "2024-03-04T08:00:00Z");
  const auto waits = [&](const std::string& to, const std::string& from, const std::string& unlock = "integrated") {
    h.sources.edges.push_back({from + to, id_of(from), id_of(to), unlock, at("2024-03-04T09:00:00Z")});
  };
  waits("B", "A");
  waits("C", "B");
  waits("B", "C");  // B and C wait for each other
  waits("D", "C");
  waits("E", "A", "implemented");
  h.moves("A", "2024-03-04T10:00:00Z", "implemented");
  const auto json = json_of(trend(h.compute("2024-03-05T12:00:00Z"), "dependency_risk", Grain::day, "2024-03-04"));
  CHECK(json["open_count"] == 5);
  CHECK(json["waiting_count"] == 3);  // B, C, D; E's dependency is finished
  CHECK(json["longest_chain"] == 4);  // A, the set of B and C, D
  CHECK(json["cycles"] == 1);
  CHECK(json["max_fan_in"] == 2);
}

TEST_CASE("contributing factors are shares of the elapsed time, and a task that went straight to review has no queue") {
  History h;
  h.task("T1", "2024-03-04T00:00:00Z");
  h.moves("T1", "2024-03-04T06:00:00Z", "implemented");
  const auto rows = h.compute("2024-03-05T00:00:00Z");
  REQUIRE(rows.drilldown.size() == 3);  // wip, backlog, flow efficiency
  for (const auto& row : rows.drilldown) {
    const auto factors = nlohmann::json::parse(row.payload)["contributing_factors"];
    REQUIRE(factors.size() == 1);
    CHECK(factors[0]["factor"] == "review_wait_time");
    CHECK(factors[0]["impact"] == 0.75);
  }
}

TEST_CASE("a failure streak of a dropped task ends uncounted, also where the attempt ends after the drop") {
  for (const auto* ended : {"2024-03-02T23:00:00Z", "2024-03-03T00:05:00Z"}) {
    History h;
    h.task("T1", "2024-03-01T00:00:00Z");
    h.moves("T1", "2024-03-03T00:00:00Z", "cancelled");
    h.attempt("T1", "2024-03-02T22:00:00Z", ended, AttemptResult::aborted);
    h.task("T2", "2024-03-01T00:00:00Z");
    h.attempt("T2", "2024-03-18T00:00:00Z", "2024-03-18T01:00:00Z", AttemptResult::success);
    const auto rows = h.compute("2024-03-20T00:00:00Z");
    const auto row = trend(rows, "integration_reliability_score", Grain::day, "2024-03-19");
    CHECK(row.value.numeric == 100);
    CHECK_FALSE(json_of(row).contains("avg_recovery_minutes"));
  }
}

TEST_CASE("a failure after a dropped task was taken up again begins a streak of its own") {
  History h;
  h.task("T1", "2024-03-01T00:00:00Z");
  h.attempt("T1", "2024-03-18T00:00:00Z", "2024-03-18T01:00:00Z", AttemptResult::aborted);
  h.moves("T1", "2024-03-18T02:00:00Z", "cancelled");
  h.attempt("T1", "2024-03-18T03:00:00Z", "2024-03-18T04:00:00Z", AttemptResult::conflict);  // while dropped: uncounted
  h.moves("T1", "2024-03-18T05:00:00Z", "in_progress");
  h.attempt("T1", "2024-03-18T06:00:00Z", "2024-03-18T07:00:00Z", AttemptResult::failed_checks);
  h.attempt("T1", "2024-03-18T08:00:00Z", "2024-03-18T09:30:00Z", AttemptResult::success);
  const auto rows = h.compute("2024-03-20T00:00:00Z");
  CHECK(json_of(trend(rows, "integration_reliability_score", Grain::day, "2024-03-18"))["avg_recovery_minutes"] == 150);
}

TEST_CASE("a task approved at the instant of its implementation waits for integration, not for review") {
  History h;
  h.task("T1", "2024-03-04T00:00:00Z");
  h.moves("T1", "2024-03-04T06:00:00Z", "implemented");
  h.decision("T1", "2024-03-04T06:00:00Z", GateOutcome::approved);
  const auto rows = h.compute("2024-03-05T00:00:00Z");
  const auto row = std::find_if(rows.drilldown.begin(), rows.drilldown.end(),
                                [](const auto& each) { return each.metric_key == "backlog"; });
  REQUIRE(row != rows.drilldown.end());
  const auto factors = nlohmann::json::parse(row->payload)["contributing_factors"];
  REQUIRE(factors.size() == 1);
  CHECK(factors[0]["factor"] == "integration_wait_time");
  CHECK(factors[0]["impact"] == 0.75);
}
