// What keeps a week from being what its days say, and what a week that is made of its days tells.
#include "compute/merging.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

#include "compute/event_points.hpp"
#include "contracts/aggregate_state.hpp"
#include "contracts/json_text.hpp"
#include "support/catch.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using compute::merge_points;
using compute::StoredPoint;
using compute::week_difference;
using nlohmann::json;

namespace {

const Metric& metric_of(std::string_view key) { return *find_metric(key); }

StoredPoint lead_times(const std::string& day, const std::vector<std::int64_t>& minutes) {
  AggregateState state;
  for (const auto value : minutes) state.distributions["value"].add(value * kMinute.count());
  const auto point = compute::finished(compute::points::lead_time(state, std::nullopt));
  return {at(day), point.numeric, point.json};
}

}  // namespace

TEST_CASE("every event metric says how its points are merged", "[merging]") {
  for (const auto& metric : all_metrics()) {
    if (metric.kind != MetricKind::event) continue;
    INFO(metric.key);
    const std::vector<StoredPoint> stateless{{at("2024-03-05"), 1.0, R"({"state": {"v": 1}})"}};
    CHECK_FALSE(merge_points(metric, "", stateless, at("2024-03-04")));
    CHECK_THAT(week_difference(metric, "", std::nullopt, stateless, at("2024-03-04")),
               contains_text("its version is 1, expected 2"));
  }
}

TEST_CASE("a week that was changed is told from what its days say", "[merging]") {
  const auto& lead = metric_of("lead_time");
  const Instant start = at("2024-03-04");
  const std::vector<StoredPoint> days{lead_times("2024-03-05", {10, 20}), lead_times("2024-03-07", {60})};
  const auto sound = lead_times("2024-03-04", {10, 20, 60});
  REQUIRE(week_difference(lead, "", sound, days, start) == "");
  auto week = sound;
  week.numeric = 21;
  CHECK(week_difference(lead, "", week, days, start) == "the week's value is 21, its own state gives 20");
  week.numeric = std::nullopt;
  CHECK(week_difference(lead, "", week, days, start) == "the week's value is NULL, its own state gives 20");
  CHECK_THAT(week_difference(lead, "", lead_times("2024-03-04", {10, 20, 61}), days, start),
             contains_text("the week's state is {"));
  week = sound;
  week.json.replace(week.json.find("\"5400000000\""), 12, "\"5400000001\"");
  CHECK(week_difference(lead, "", week, days, start) ==
        "the numbers in the aggregate state of the week do not agree with each other");
  CHECK(week_difference(lead, "", std::nullopt, days, start) == "the week has no row");
  CHECK(week_difference(lead, "", sound, {}, start) == "the week has a row, but none of its days");
  CHECK(week_difference(lead, "", std::nullopt, {}, start) == "");
}

TEST_CASE("a state that cannot be read leaves the week and stops nothing", "[merging]") {
  const auto& lead = metric_of("lead_time");
  const Instant start = at("2024-03-04");
  const auto sound = lead_times("2024-03-05", {10});
  for (const char* broken : {"{}", "not JSON", "[]", R"({"state": 7})", R"({"state": {"v": 2}})",
                             R"({"state": {"d": {"value": {"n": 0}}, "v": 2}})"}) {
    INFO(broken);
    const StoredPoint point{at("2024-03-06"), 10.0, broken};
    const std::vector<StoredPoint> days{sound, point};
    CHECK_THAT(week_difference(lead, "", sound, days, start), contains_text("the day 2024-03-06 has no aggregate"));
    CHECK_FALSE(merge_points(lead, "", days, start));
    CHECK_THAT(week_difference(lead, "", point, std::span{&sound, 1}, start),
               contains_text("the week has no aggregate"));
  }
  const std::string most = R"({"state": {"c": {"n": 9223372036854775807}, "v": 2}})";
  const std::vector<StoredPoint> days{{at("2024-03-05"), 1.0, most}, {at("2024-03-06"), 1.0, most}};
  CHECK_FALSE(merge_points(metric_of("rework"), "", days, start));
  CHECK_THAT(week_difference(metric_of("rework"), "", days[0], days, start),
             contains_text("2024-03-06 cannot be merged"));
}

TEST_CASE("percentiles of more values than a state keeps are marked, and may be that far off", "[merging]") {
  const auto& lead = metric_of("lead_time");
  const Instant start = at("2024-03-04");
  std::vector<std::int64_t> some, more, all;
  for (int i = 1; i <= 60; ++i) {
    some.push_back(i * i);
    more.push_back(i * i + 5000);
  }
  all = some;
  all.insert(all.end(), more.begin(), more.end());
  const std::vector<StoredPoint> days{lead_times("2024-03-05", some), lead_times("2024-03-10", more)};
  const auto merged = merge_points(lead, "", days, start);
  REQUIRE(merged);
  const auto point = json::parse(merged->json);
  CHECK(point["approximate"] == true);
  CHECK(point["error_bound"] == 0.01);
  CHECK(point["sample_size"] == 120);
  CHECK(point["min_minutes"] == 1);
  CHECK(point["max_minutes"] == 8600);
  CHECK_FALSE(point.contains("confidence_interval"));
  CHECK(std::abs(*merged->numeric - 4300.5) <= 43.005);  // between 3600 and 5001
  auto week = lead_times("2024-03-04", all);
  week.numeric = 4300.5;  // as from the sources
  CHECK(week_difference(lead, "", week, days, start) == "");
  week.numeric = merged->numeric;
  CHECK(week_difference(lead, "", week, days, start) == "");
  week.numeric = 4400;
  CHECK_THAT(week_difference(lead, "", week, days, start), contains_text("the week's value is 4400"));
}

TEST_CASE("every member of a week is verified, not its state alone", "[merging]") {
  const auto& lead = metric_of("lead_time");
  const Instant start = at("2024-03-04");
  const std::vector<StoredPoint> days{lead_times("2024-03-05", {10, 20}), lead_times("2024-03-07", {60})};
  const auto damaged = [&](const std::string& member, const json& value) {
    auto week = lead_times("2024-03-04", {10, 20, 60});
    auto changed = json::parse(week.json);
    changed[member] = value;
    week.json = changed.dump();
    return week_difference(lead, "", week, days, start);
  };
  CHECK(damaged("p90_minutes", 52) == "");
  CHECK(damaged("p90_minutes", 52.1) == "the week's p90_minutes is 52.1, its days give 52");
  CHECK(damaged("nonsense", 1) == "the week's nonsense is 1, its days give null");
  CHECK(damaged("approximate", true) == "the week's approximate is true, its days give null");
  CHECK(damaged("sample_size", 4) == "the week's sample_size is 4, its days give 3");
}

TEST_CASE("a level at the week's end is that of its last day, and absent where that has no row", "[merging]") {
  const auto& rework = metric_of("rework");
  const Instant start = at("2024-03-04");
  const std::string one = R"({"state": {"c": {"n": 1}, "v": 2}, "tasks_reopened": 1)";
  std::vector<StoredPoint> days{{at("2024-03-05"), 1.0, one + R"(, "completed_before": 4})"},
                                {at("2024-03-07"), 1.0, one + R"(, "completed_before": 8})"}};
  auto merged = merge_points(rework, "", days, start);
  REQUIRE(merged);
  CHECK(merged->numeric == 2);
  CHECK_FALSE(json::parse(merged->json).contains("completed_before"));
  CHECK_FALSE(json::parse(merged->json).contains("share"));
  // What the week itself says of its end then stands.
  const auto week_of = [&](int reopened, int before) {
    auto point = json::parse(R"({"state": {"c": {"n": 0}, "v": 2}})");
    point["state"]["c"]["n"] = reopened;
    point["tasks_reopened"] = reopened;
    point["completed_before"] = before;
    point["share"] = static_cast<double>(reopened) / before;
    return StoredPoint{start, reopened, point.dump()};
  };
  CHECK(week_difference(rework, "", week_of(2, 10), days, start) == "");

  days.push_back({at("2024-03-10"), 1.0, one + R"(, "completed_before": 12})"});
  merged = merge_points(rework, "", days, start);
  REQUIRE(merged);
  const auto point = json::parse(merged->json);
  CHECK(point["tasks_reopened"] == 3);
  CHECK(point["completed_before"] == 12);
  CHECK(point["share"] == 0.25);
  CHECK(week_difference(rework, "", week_of(3, 12), days, start) == "");
  CHECK(week_difference(rework, "", week_of(3, 16), days, start) ==
        "the week's completed_before is 16, its days give 12");
}

TEST_CASE("the week of a level or a rolling metric is its last day", "[merging]") {
  const Instant start = at("2024-03-04");
  for (const char* key : {"wip", "flow_efficiency_score"}) {
    const auto& metric = metric_of(key);
    INFO(key);
    const std::vector<StoredPoint> days{{at("2024-03-09"), 3.0, R"({"a": 1})"}, {at("2024-03-10"), 4.0, R"({"a": 2})"}};
    const auto merged = merge_points(metric, "", days, start);
    REQUIRE(merged);
    CHECK(*merged == PointValue{4.0, R"({"a": 2})"});
    CHECK(week_difference(metric, "", StoredPoint{start, 4.0, R"({"a": 2})"}, days, start) == "");
    CHECK(week_difference(metric, "", StoredPoint{start, 3.0, R"({"a": 2})"}, days, start) ==
          "the week's value is 3, that of its last day is 4");
    CHECK_THAT(week_difference(metric, "", StoredPoint{start, 4.0, R"({"a": 1})"}, days, start),
               contains_text("value_json"));
    CHECK(week_difference(metric, "", std::nullopt, days, start) == "the week has no row");
    const std::vector<StoredPoint> earlier{days.front()};
    CHECK_FALSE(merge_points(metric, "", earlier, start));
    CHECK(week_difference(metric, "", std::nullopt, earlier, start) == "");
    CHECK(week_difference(metric, "", StoredPoint{start, 3.0, "{}"}, earlier, start) == "its last day has no row");
  }
}
