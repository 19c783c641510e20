// What `tidemark conformance` says of answers, and its report.
#include "jobs/conformance/answer_checks.hpp"
#include "jobs/render/conformance_screen.hpp"
#include "support/catch.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using namespace tidemark::conformance;

namespace {

std::string all(const Problems& problems) {
  std::string text;
  for (const auto& problem : problems) text += problem + "\n";
  return text;
}

}  // namespace

TEST_CASE("a breakdown is ordered and its percentages sum to 100", "[conformance]") {
  const Metric& metric = *find_metric("throughput");
  const auto& phase = *metric.breakdown_dimension("phase");
  const Json sound = Json::parse(R"({"total": 3, "breakdown": [
    {"dimension_value": "A", "value": 1, "count": 1, "percentage": 33.4},
    {"dimension_value": "B", "value": 1, "count": 1, "percentage": 33.3},
    {"dimension_value": "C", "value": 1, "count": 1, "percentage": 33.3}]})");
  CHECK(all(breakdown_answer_problems(metric, phase, sound)) == "");
  const auto says = [&](const std::string& pointer, const Json& value) {
    Json answer = sound;
    answer[Json::json_pointer(pointer)] = value;
    return all(breakdown_answer_problems(metric, phase, answer));
  };
  CHECK_THAT(says("/breakdown/0/percentage", 33.3), contains_text("sum to 99.9"));
  CHECK_THAT(says("/breakdown/0/percentage", 33.35), contains_text("1 decimals"));
  CHECK_THAT(says("/breakdown/0/dimension_value", "D"), contains_text("B stands after"));
  CHECK_THAT(says("/breakdown/2/value", 2), contains_text("C stands after"));
  CHECK_THAT(says("/total", 4), contains_text("total"));
}

TEST_CASE("a trend's points ascend and are rounded", "[conformance]") {
  const Metric& metric = *find_metric("lead_time");
  Json answer = Json::parse(R"({"metric": "lead_time", "unit": "minutes", "data": [
    {"timestamp": "2024-03-04T00:00:00Z", "value": 1.25, "dimensions": {"phase": "A"}},
    {"timestamp": "2024-03-04T00:00:00Z", "value": 1.5, "dimensions": {"phase": "B"}},
    {"timestamp": "2024-03-05T00:00:00Z", "value": 2, "dimensions": {"phase": "A"}}]})");
  CHECK(all(trend_answer_problems(metric, answer)) == "");
  answer["data"][2]["value"] = 2.001;
  CHECK_THAT(all(trend_answer_problems(metric, answer)), contains_text("2 decimals"));
  answer["data"][2]["value"] = 2;
  std::swap(answer["data"][0], answer["data"][1]);
  CHECK_THAT(all(trend_answer_problems(metric, answer)), contains_text("is not after"));
  answer["unit"] = "hours";
  CHECK_THAT(all(trend_answer_problems(metric, answer)), contains_text("unit is"));
}

TEST_CASE("an aggregation is of all that match", "[conformance]") {
  const Json sound = Json::parse(R"({"sum": 10, "avg": 2.5, "min": 1, "max": 4, "p50": 2.5, "p90": 3.7, "p95": 3.85})");
  CHECK(all(aggregation_problems(sound, {4, 1, 3, 2}, "hours")) == "");
  CHECK_THAT(all(aggregation_problems(sound, {4, 1, 3}, "hours")), contains_text("aggregation.sum"));
  CHECK_THAT(all(aggregation_problems(Json::object(), {1}, "hours")), contains_text("absent"));
  CHECK(all(aggregation_problems(Json::object(), {}, "hours")) == "");
  CHECK(all(aggregation_problems(sound, {}, "hours")) != "");
}

TEST_CASE("a report keeps the first violations of each check and counts all", "[conformance]") {
  Report first;
  first.begin_project("A");
  first.count(Check::id, 9);
  for (int i = 0; i < 4; ++i) first.add(Check::id, "row " + std::to_string(i), "id is another");
  Report second;
  second.begin_project("B");
  for (int i = 0; i < 4; ++i) second.add(Check::id, "row " + std::to_string(i), "id is another");
  first.merge(second);
  CHECK(first.projects() == 2);
  CHECK(first.violations() == 8);
  REQUIRE(first.of(Check::id).first.size() == Report::kKeptPerCheck);
  CHECK(first.of(Check::id).first.back().project == "B");

  const auto screen = render::conformance_screen(first, {});
  CHECK_THAT(screen, contains_text("2 projects: 8 violations of the contract") && contains_text("A · row 3") &&
                         contains_text("and 3 more"));
  const auto json = render::conformance_json(first);
  CHECK(json["violations"] == 8);
  CHECK(json["checks"][1]["check"] == "id");
  CHECK(json["checks"][1]["first"][4]["project"] == "B");
  CHECK_THAT(render::conformance_screen(Report{}, {}), contains_text("the contract holds"));
}
