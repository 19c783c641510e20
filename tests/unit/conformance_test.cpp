// The checks of `tidemark conformance` on rows, each with what it must find and what it must let pass.
#include <algorithm>
#include <cmath>
#include <set>

#include "jobs/conformance/bucket_checks.hpp"
#include "jobs/conformance/health_check.hpp"
#include "jobs/conformance/merge_checks.hpp"
#include "jobs/conformance/point_checks.hpp"
#include "jobs/conformance/row_checks.hpp"
#include "jobs/conformance/summary_checks.hpp"
#include "support/catch.hpp"
#include "support/small_project.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using namespace tidemark::conformance;

namespace {

const Instant kAsOf = *parse_instant(kSmallProjectAsOf);

Point to_point(const TrendRow& row) {
  readmodel::StoredTrend stored;
  stored.metric_key = row.metric_key;
  stored.grain = row.grain;
  stored.bucket = row.bucket;
  stored.numeric = row.value.numeric;
  stored.json = row.value.json;
  stored.dimensions = row.dimensions.stored_form();
  return conformance::to_point(stored);
}

// The small project's point of the metric, which the checks must let pass.
Point sound_point(const std::string& metric, Grain grain = Grain::week, const std::string& bucket = "2024-03-04") {
  static const ProjectRows rows = small_project().compute(kSmallProjectAsOf);
  return to_point(trend(rows, metric, grain, bucket));
}

std::string all(const Problems& problems) {
  std::string text;
  for (const auto& problem : problems) text += problem + "\n";
  return text;
}

// A lead time point of these durations in minutes.
Point lead_time_of(const std::vector<int>& minutes) {
  Point point = sound_point("lead_time");
  std::vector<std::int64_t> micros;
  AggregateState state;
  for (const int value : minutes) {
    micros.push_back((value * kMinute).count());
    state.distributions["value"].add(micros.back());
  }
  std::sort(micros.begin(), micros.end());
  const auto in_minutes = [](double value) { return value / 60e6; };
  point.json = Json{{"sample_size", micros.size()}};
  for (const auto& [name, p] : {std::pair{"p50_minutes", .5},
                                {"p75_minutes", .75},
                                {"p85_minutes", .85},
                                {"p90_minutes", .9},
                                {"p95_minutes", .95}})
    point.json[name] = in_minutes(percentile_cont(micros, p));
  point.json["avg_minutes"] = in_minutes(state.distributions["value"].mean());
  point.json["min_minutes"] = in_minutes(static_cast<double>(micros.front()));
  point.json["max_minutes"] = in_minutes(static_cast<double>(micros.back()));
  point.json["state"] = Json::parse(state.stored_form());
  point.row.numeric = point.json["p50_minutes"].get<double>();
  return point;
}

}  // namespace

TEST_CASE("every point of a project passes, and every metric has a formula", "[conformance]") {
  const ProjectRows rows = small_project().compute(kSmallProjectAsOf);
  std::set<std::string> metrics;
  for (const auto& row : rows.trend) {
    const Point point = to_point(row);
    INFO(point.where());
    CHECK(all(point_problems(point, kAsOf)) == "");
    CHECK(all(state_problems(point, state_of(point))) == "");
    CHECK(all(key_problems(point, kAsOf)) == "");
    CHECK(all(value_problems(point)) == "");
    metrics.insert(row.metric_key);
    // Whatever the value is made of, another one does not pass.
    Point other = point;
    if (!other.row.numeric) continue;
    *other.row.numeric += 0.5;
    CHECK(all(point_problems(other, kAsOf)) != "");
  }
  CHECK(metrics.size() == all_metrics().size());
}

TEST_CASE("numbers agree within the rounding of a double, counts exactly", "[conformance]") {
  CHECK(agree(0.1 + 0.2, 0.3));
  CHECK_FALSE(agree(0.3, 0.3001));
  CHECK_FALSE(agree(9007199254740990.0, 9007199254740991.0));
  CHECK(agree(std::nullopt, std::nullopt));
  CHECK_FALSE(agree(0, std::nullopt));
}

TEST_CASE("a percentile of many values is known within the sketch's accuracy", "[conformance]") {
  std::vector<int> minutes;
  for (int i = 1; i <= 200; ++i) minutes.push_back(i * i);
  Point point = lead_time_of(minutes);
  REQUIRE_FALSE(state_of(point)->distributions.at("value").exact());
  CHECK(all(state_problems(point, state_of(point))) == "");
  const double p90 = point.json["p90_minutes"].get<double>();
  point.json["p90_minutes"] = p90 * 1.005;  // cannot be told from the sketch
  CHECK(all(state_problems(point, state_of(point))) == "");
  point.json["p90_minutes"] = p90 * 1.05;
  CHECK_THAT(all(state_problems(point, state_of(point))), contains_text("p90_minutes"));
}

TEST_CASE("a percentile between two values far apart may be anywhere between them", "[conformance]") {
  std::vector<int> minutes(50, 1);
  minutes.insert(minutes.end(), 50, 100'000);
  const Point point = lead_time_of(minutes);  // p50 is half way
  CHECK(point.row.numeric == 50'000.5);
  CHECK(all(state_problems(point, state_of(point))) == "");
}

TEST_CASE("a percentile of few values is known exactly", "[conformance]") {
  Point point = lead_time_of({10, 20, 30, 40});
  CHECK(all(state_problems(point, state_of(point))) == "");
  point.json["p75_minutes"] = point.json["p75_minutes"].get<double>() * 1.001;
  CHECK_THAT(all(state_problems(point, state_of(point))), contains_text("p75_minutes"));
}

TEST_CASE("a state that cannot be read is one problem", "[conformance]") {
  Point point = sound_point("lead_time");
  for (const auto& state :
       {Json(), Json(7), Json{{"v", 1}}, Json{{"v", "one"}}, Json{{"v", 2}, {"d", {{"value", 1}}}}}) {
    point.json["state"] = state;
    INFO(state.dump());
    CHECK(state_problems(point, state_of(point)).size() == 1);
  }
}

TEST_CASE("an interval is around its value", "[conformance]") {
  Point point = sound_point("blocked");
  REQUIRE(point.json.contains("confidence_interval"));
  point.json["confidence_interval"]["lower"] = point.row.numeric.value() + 0.01;
  point.json["confidence_interval"]["upper"] = 1;
  CHECK_THAT(all(point_problems(point, kAsOf)), contains_text("confidence_interval"));
  point.json["confidence_interval"] = {{"lower", 0.9}, {"upper", 0.1}};
  CHECK_THAT(all(point_problems(point, kAsOf)), contains_text("above upper"));
}

TEST_CASE("a value is finite, in the range of its unit, and whole where it counts", "[conformance]") {
  const auto says = [](const std::string& metric, std::optional<double> value) {
    Point point = sound_point(metric);
    point.row.numeric = value;
    return all(value_problems(point));
  };
  CHECK_THAT(says("wip", 1.5), contains_text("a whole number"));
  CHECK_THAT(says("wip", -1), contains_text("0 or more"));
  CHECK_THAT(says("wip", -0.0), contains_text("expected 0"));
  CHECK_THAT(says("wip", std::nullopt), contains_text("NULL"));
  CHECK_THAT(says("blocked", 1.01), contains_text("1 at most"));
  CHECK(says("blocked", std::nullopt) == "");
  CHECK_THAT(says("flow_efficiency_score", 100.5), contains_text("100 at most"));
  CHECK_THAT(says("lead_time", std::nan("")), contains_text("finite"));
  CHECK(says("lead_time", 1e9) == "");
}

TEST_CASE("a bucket begins where its grain does and not after the as-of", "[conformance]") {
  Point point = sound_point("wip");
  *point.row.bucket += kDay;  // a Tuesday
  CHECK_THAT(all(key_problems(point, kAsOf)), contains_text("expected 2024-03-04T00:00:00Z"));
  *point.row.bucket += 2 * kWeek - kDay;
  CHECK_THAT(all(key_problems(point, kAsOf)), contains_text("after the as-of"));
}

TEST_CASE("health is the lowest of its components, the first where two are", "[conformance]") {
  const auto violations = [](double health, const std::string& limiting) {
    HealthCheck check;
    for (const auto& [metric, value] : {std::pair{"delivery_predictability_index", 60.0},
                                        {"flow_efficiency_score", 40.0},
                                        {"integration_reliability_score", 40.0}}) {
      Point point = sound_point(metric);
      point.row.numeric = value;
      check.add(point);
    }
    Point point = sound_point("health_at_a_glance");
    point.row.numeric = health;
    point.json["quality_gate_score"] = 80;
    point.json["limiting_component"] = limiting;
    check.add(point);
    Report report;
    check.finish(report);
    return report.of(Check::health).violations;
  };
  CHECK(violations(40, "flow_efficiency_score") == 0);
  CHECK(violations(40, "integration_reliability_score") == 1);
  CHECK(violations(60, "delivery_predictability_index") == 1);
}

TEST_CASE("a week is its days where they are kept, and not compared where they are not", "[conformance]") {
  const ProjectRows rows = small_project().compute(kSmallProjectAsOf);
  const auto violations = [&](Instant as_of, const std::string& left_out) {
    Report report;
    const auto floors = floors_at(catalogue_policies(), as_of);
    MergeCheck check(as_of, floors, report);
    for (const auto& row : rows.trend) {
      if (row.metric_key != "lead_time") continue;
      if (row.grain <= Grain::day && format_day(row.bucket) == left_out) continue;
      const Point point = to_point(row);
      check.add(point, state_of(point));
    }
    check.finish();
    return report.of(Check::merge).violations;
  };
  CHECK(violations(kAsOf, "") == 0);
  CHECK(violations(kAsOf, "2024-03-05") > 0);
  CHECK(violations(kAsOf + 200 * kDay, "2024-03-05") == 0);  // the policy has taken days and hours
}

TEST_CASE("the figures of a summary agree with each other", "[conformance]") {
  const History history = small_project();
  const auto rows = compute::compute_summaries(history.sources, {kAsOf, kAsOf, {}}, compute::Slot::first_of_day);
  REQUIRE(rows.size() == 2);
  for (const auto& row : rows) CHECK(all(payload_problems(Json::parse(row.payload))) == "");

  const auto says = [&](const std::string& pointer, const Json& value) {
    Json payload = Json::parse(rows.front().payload);
    REQUIRE(payload.contains(Json::json_pointer(pointer)));
    payload[Json::json_pointer(pointer)] = value;
    return all(payload_problems(payload));
  };
  CHECK_THAT(says("/operational/throughput/tasks_integrated_week", 99), contains_text("tasks_by_milestone"));
  CHECK_THAT(says("/operational/wip/aging_buckets/gt_7d", 99), contains_text("aging_buckets"));
  CHECK_THAT(says("/operational/lead_time/p75_minutes", 0.5), contains_text("lead_time.p75_minutes"));
  CHECK_THAT(says("/operational/integration_outcomes/success_retry", 99),
             contains_text("integration_outcomes.success"));
  CHECK_THAT(says("/operational/state_distribution/wip_count", 99), contains_text("wip_count"));
  CHECK_THAT(says("/north_star/flow_efficiency_score/waiting_time_pct", 99.5), contains_text("shares"));
  CHECK_THAT(says("/actionability/bottleneck_contribution/0/delay_contribution_pct", 1), contains_text("bottleneck"));
  const bool up = Json::parse(rows.front().payload)["north_star"]["flow_efficiency_score"]["trend"] == "up";
  CHECK_THAT(says("/north_star/flow_efficiency_score/trend", up ? "down" : "up"), contains_text("trend is"));
}
