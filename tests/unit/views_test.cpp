#include <numeric>

#include "contracts/aggregate_state.hpp"
#include "contracts/error.hpp"
#include "jobs/views/breakdown_view.hpp"
#include "jobs/views/drilldown_view.hpp"
#include "jobs/views/merge.hpp"
#include "jobs/views/summary_view.hpp"
#include "jobs/views/trend_view.hpp"
#include "support/catch.hpp"

using namespace tidemark;
using namespace tidemark::views;
using tests::at;

namespace {

const Uuid kProject = *parse_uuid("6ac46bcd-c75e-5446-9706-52a6c7155dc9");

PointValue lead_time_point(const std::vector<std::int64_t>& minutes) {
  AggregateState state;
  for (const auto value : minutes) state.distributions["value"].add(value * kMinute.count());
  const double median = state.distributions["value"].quantile(0.5) / static_cast<double>(kMinute.count());
  return {median,
          R"({"sample_size": )" + std::to_string(minutes.size()) + R"(, "state": )" + state.stored_form() + "}"};
}

BreakdownAnswer breakdown_of(std::string_view metric, std::string_view dimension, const BreakdownRange& range) {
  BreakdownAnswer answer;
  answer.metric = find_metric(metric);
  answer.dimension = answer.metric->breakdown_dimension(dimension);
  answer.project_id = kProject;
  answer.range = range;
  answer.as_of = at("2016-05-15T00:00:00Z");
  return answer;
}

const BreakdownRange kWeekRange = kBreakdownRanges[1];

}  // namespace

TEST_CASE("percentages sum to exactly 100 by the largest remainder") {
  CHECK(percentages({1, 1, 1}) == std::vector<double>{33.4, 33.3, 33.3});
  CHECK(percentages({2, 1}) == std::vector<double>{66.7, 33.3});
  CHECK(percentages({0, 0}) == std::vector<double>{0, 0});
  CHECK(percentages({}).empty());
  std::vector<double> many;
  for (int i = 1; i <= 97; ++i) many.push_back(i * i);
  std::int64_t tenths = 0;
  for (const double share : percentages(many)) tenths += std::llround(share * 10);
  CHECK(tenths == 1000);
}

TEST_CASE("medians merge their states, never their medians") {
  const auto& metric = *find_metric("lead_time");
  const auto first = lead_time_point({1, 2, 3});
  const auto second = lead_time_point({100, 200, 300, 400});
  const auto merged = merge_values(metric, {&first, &second});
  CHECK(*merged.value == 100);
  CHECK(merged.count == 7);
  CHECK_FALSE(merged.approximate);
  const auto alone = merge_values(metric, {&second});
  CHECK(*alone.value == 250);
  CHECK(alone.count == 4);
}

TEST_CASE("a point without a readable state is a contract violation, in one line") {
  const auto& metric = *find_metric("lead_time");
  const PointValue stateless{5.0, R"({"sample_size": 1})"};
  const PointValue broken{5.0, R"({"state": {"v": 99}})"};
  const auto good = lead_time_point({1});
  CHECK_THROWS_AS(merge_values(metric, {&good, &stateless}), Error);
  CHECK_THROWS_AS(merge_values(metric, {&good, &broken}), Error);
}

TEST_CASE("counts add up and ratios merge numerators and denominators") {
  const PointValue three{3.0, "{}"};
  const PointValue four{4.0, "{}"};
  CHECK(*merge_values(*find_metric("throughput"), {&three, &four}).value == 7);
  const PointValue half{0.5, R"({"sample_size": 2})"};
  const PointValue all{1.0, R"({"sample_size": 6})"};
  CHECK(*merge_values(*find_metric("integration_outcomes"), {&half, &all}).value == 0.875);
}

TEST_CASE("the windows of a breakdown are whole days, the as-of's included") {
  const auto as_of = at("2016-05-15T10:30:00Z");
  const auto current = current_window(kWeekRange, as_of);
  CHECK(current.from == at("2016-05-09"));
  CHECK(current.to == at("2016-05-16"));
  CHECK(previous_window(kWeekRange, as_of)->from == at("2016-05-02"));
  CHECK(current_window(kBreakdownRanges[0], as_of).from == at("2016-05-15"));
  CHECK(previous_window(kBreakdownRanges[2], as_of).has_value());
  CHECK_FALSE(previous_window(kBreakdownRanges[3], as_of).has_value());  // 90d: past the retention
}

TEST_CASE("an additive breakdown of events sums the days and compares with the days before") {
  auto answer = breakdown_of("throughput", "priority", kWeekRange);
  const auto add = [&](const char* day, const char* value, double count) {
    answer.points.push_back({at(day), value, {count, "{}"}, {}});
  };
  add("2016-05-02", "P1", 4);
  add("2016-05-09", "P1", 2);
  add("2016-05-15", "P1", 3);
  add("2016-05-14", "P2", 5);
  add("2016-05-10", "P0", 1);
  const auto json = breakdown_view(answer);
  CHECK(json["total"] == 11);
  REQUIRE(json["breakdown"].size() == 3);
  CHECK(json["breakdown"][0]["dimension_value"] == "P1");  // a tie with P2: by name
  CHECK(json["breakdown"][0]["value"] == 5);
  CHECK(json["breakdown"][0]["percentage"] == 45.5);
  CHECK(json["breakdown"][0]["trend"] == Json::parse(R"({"direction": "up", "change_pct": 25})"));
  CHECK(json["breakdown"][1]["trend"] == Json::parse(R"({"direction": "stable"})"));
  CHECK(json["breakdown"][2]["percentage"] == 9.1);
  CHECK(json["time_range"] == "7d");
}

TEST_CASE("a level takes the newest day, and what is gone by then is not shown") {
  auto answer = breakdown_of("wip", "assignee", kWeekRange);
  answer.points.push_back({at("2016-05-14"), "ann", {9.0, "{}"}, {}});
  answer.points.push_back({at("2016-05-15"), "bob", {2.0, "{}"}, {}});
  answer.points.push_back({at("2016-05-08"), "bob", {4.0, "{}"}, {}});
  const auto json = breakdown_view(answer);
  REQUIRE(json["breakdown"].size() == 1);
  CHECK(json["breakdown"][0]["dimension_value"] == "bob");
  CHECK(json["breakdown"][0]["count"] == 2);
  CHECK(json["breakdown"][0]["percentage"] == 100);
  CHECK(json["breakdown"][0]["trend"]["change_pct"] == -50);
}

TEST_CASE("where only the numerator is split, value is the count") {
  auto answer = breakdown_of("integration_outcomes", "outcome", kWeekRange);
  answer.points.push_back({at("2016-05-15"), "success_first", {6.0, "{}"}, {}});
  answer.points.push_back({at("2016-05-14"), "success_first", {3.0, "{}"}, {}});
  answer.points.push_back({at("2016-05-14"), "conflict", {1.0, "{}"}, {}});
  const auto json = breakdown_view(answer);
  CHECK(json["total"] == 10);
  CHECK(json["breakdown"][0]["value"] == 9);
  CHECK(json["breakdown"][0]["count"] == 9);
  CHECK(json["breakdown"][1]["percentage"] == 10);
}

TEST_CASE("tags overlap: percentages are shares of the tasks, not of the tags") {
  auto answer = breakdown_of("throughput", "capability_tag", kWeekRange);
  answer.points.push_back({at("2016-05-15"), "sql", {3.0, "{}"}, {}});
  answer.points.push_back({at("2016-05-15"), "web", {4.0, "{}"}, {}});
  answer.totals.push_back({at("2016-05-15"), {}, {4.0, "{}"}, {}});
  const auto json = breakdown_view(answer);
  CHECK(json["total"] == 4);
  CHECK(json["breakdown"][0]["percentage"] == 100);
  CHECK(json["breakdown"][1]["percentage"] == 75);
}

TEST_CASE("a median's breakdown shares are those of the tasks, and its total the whole's median") {
  auto answer = breakdown_of("lead_time", "phase", kWeekRange);
  answer.points.push_back({at("2016-05-15"), "Build", lead_time_point({10, 20, 30}), {}});
  answer.points.push_back({at("2016-05-15"), "Test", lead_time_point({100}), {}});
  answer.totals.push_back({at("2016-05-15"), {}, lead_time_point({10, 20, 30, 100}), {}});
  const auto json = breakdown_view(answer);
  CHECK(json["total"] == 25);
  CHECK(json["breakdown"][0]["dimension_value"] == "Test");
  CHECK(json["breakdown"][0]["percentage"] == 25);
  CHECK(json["breakdown"][1]["percentage"] == 75);
}

TEST_CASE("a median out of merged sketches is marked as approximate", "[views]") {
  auto answer = breakdown_of("lead_time", "phase", kWeekRange);
  std::vector<std::int64_t> many(65);
  std::iota(many.begin(), many.end(), 1000);
  answer.points.push_back({at("2016-05-14"), "Build", lead_time_point(many), {}});
  answer.points.push_back({at("2016-05-15"), "Build", lead_time_point({1}), {}});
  answer.points.push_back({at("2016-05-15"), "Test", lead_time_point({1}), {}});
  const auto json = breakdown_view(answer);
  CHECK(json["breakdown"][0]["approximate"] == true);
  CHECK(json["breakdown"][0]["value"].get<double>() == Approx(1031.5).epsilon(0.01));
  CHECK_FALSE(json["breakdown"][1].contains("approximate"));
}

TEST_CASE("a trend rounds, keeps its marks and shows filled points as such") {
  TrendAnswer answer;
  answer.metric = find_metric("blocked");
  answer.project_id = kProject;
  answer.start_date = "2016-05-14";
  answer.end_date = "2016-05-15";
  answer.points.push_back({{at("2016-05-14"), {"phase", "Build"}, {std::nullopt, "{}"}, {}}, true});
  answer.points.push_back({{at("2016-05-15"),
                            {"phase", "Build"},
                            {1.0 / 3, R"({"partial": true, "approximate": true, "sample_size": 9, "count": 3,
                                         "confidence_interval": {"lower": 0.12055, "upper": 0.646}})"},
                            {}}});
  const auto json = trend_view(answer);
  CHECK(json["unit"] == "ratio");
  REQUIRE(json["data"].size() == 2);
  CHECK(json["data"][0]["value"].is_null());
  CHECK(json["data"][0]["metadata"] == Json{{"filled", true}});
  const auto& point = json["data"][1];
  CHECK(point["timestamp"] == "2016-05-15T00:00:00Z");
  CHECK(point["value"] == 0.3333);
  CHECK(point["dimensions"] == Json{{"phase", "Build"}});
  CHECK(point["metadata"]["sample_size"] == 9);
  CHECK(point["metadata"]["confidence_interval"]["lower"] == 0.1206);
  CHECK(point["metadata"]["partial"] == true);
  CHECK(point["metadata"]["approximate"] == true);
  CHECK_FALSE(point["metadata"].contains("filled"));
}

TEST_CASE("a drilldown page knows whether more follows") {
  DrilldownAnswer answer;
  answer.metric = find_metric("lead_time");
  answer.project_id = kProject;
  answer.limit = 1;
  answer.page.total = 2;
  answer.page.items.push_back({"task",
                               std::nullopt,
                               std::nullopt,
                               std::nullopt,
                               R"({"task_id": "T-1", "task_title": "one", "value": 2.675, "timestamp":
      "2016-05-15T00:00:00Z", "context": {"phase": "Build"},
      "contributing_factors": [{"factor": "queue_time", "impact": 0.33335, "description": "waited"}]})",
                               {}});
  answer.page.aggregates = readmodel::DrilldownAggregates{5.35, 2.675, 2.675, 2.675, 2.675, 2.675, 2.675};
  const auto json = drilldown_view(answer);
  CHECK(json["items"][0]["value"] == 2.68);
  CHECK(json["items"][0]["entity_type"] == "task");
  CHECK(json["items"][0]["contributing_factors"][0]["impact"] == 0.3334);
  CHECK(json["pagination"]["has_more"] == true);
  CHECK(json["aggregation"]["sum"] == 5.35);
  CHECK(json["filters_applied"] == Json::object());
}

TEST_CASE("a summary without a snapshot has empty metrics, a broken one is refused") {
  const auto empty = summary_view(kProject, at("2016-05-15"), "");
  CHECK(empty["metrics"] == Json::object());
  CHECK(empty["version"] == "1.0");
  CHECK(empty["timestamp"] == "2016-05-15T00:00:00Z");
  CHECK_THROWS_AS(summary_view(kProject, at("2016-05-15"), "[1]"), Error);
}
