// The golden cases of the formula specification, reproduced to three decimals. Spec: delivery metrics, section 5.
#include "compute/metrics/active_value_delivery_rate.hpp"
#include "compute/metrics/delivery_predictability_index.hpp"
#include "compute/metrics/flow_efficiency_score.hpp"
#include "compute/metrics/integration_reliability_score.hpp"
#include "compute/risk.hpp"
#include "compute/statistics.hpp"
#include "support/history.hpp"

using namespace tidemark;
using namespace tidemark::compute;
using namespace tidemark::tests;

namespace {

constexpr double kThreeDecimals = 0.0005;

std::vector<std::int64_t> hours(std::initializer_list<int> values) {
  std::vector<std::int64_t> micros;
  for (const int h : values) micros.push_back((h * kHour).count());
  return micros;
}

auto near(double expected) { return Approx(expected).margin(kThreeDecimals); }

}  // namespace

TEST_CASE("golden: SR .50, CTS .61, BRR .75 give DPI 60.1") {
  const DeliveryPredictability index{0.50, 0.61, 0.75};
  CHECK(*index.score() == near(60.1));
  CHECK(index.coverage() == near(1));
}

TEST_CASE("golden: undefined components renormalise the weights of the defined ones") {
  CHECK(*DeliveryPredictability{std::nullopt, 0.61, 0.75}.score() == near(100 * (0.35 * 0.61 + 0.25 * 0.75) / 0.60));
  CHECK_FALSE(DeliveryPredictability{}.score());
}

TEST_CASE("golden: cycle times 24 48 72 36 60 h give CTS .646") {
  CHECK(*cycle_time_stability(hours({24, 48, 72, 36, 60})) == near(0.646));
  CHECK(*cycle_time_stability(hours({60, 24, 36, 72, 48})) == near(0.646));
  CHECK_FALSE(cycle_time_stability(hours({24})));
  CHECK(*cycle_time_stability(hours({0, 0})) == 1);
}

TEST_CASE("golden: 6 of 8 blockers within 48 h give BRR .75") {
  History h;
  for (int i = 0; i < 8; ++i) {
    const std::string name = "t" + std::to_string(i);
    h.task(name, "2024-03-01T00:00:00Z");
    h.moves(name, "2024-03-02T00:00:00Z", "blocked");
    // Six last 48 hours to the minute, two a second longer.
    h.moves(name, i < 6 ? "2024-03-04T00:00:00Z" : "2024-03-04T00:00:01Z", "in_progress");
  }
  const auto json =
      json_of(trend(h.compute("2024-03-05T00:00:00Z"), "delivery_predictability_index", Grain::day, "2024-03-04"));
  CHECK(json["blocker_resolution_rate"] == 0.75);
  CHECK(json["coverage"] == 0.25);
  CHECK(json["value"].get<double>() == near(75));
}

TEST_CASE("golden: 16 h active, 14 h waiting, none blocked give FES 53.333") {
  CHECK(*FlowTimes{16 * kHour, 6 * kHour, 8 * kHour, Micros{0}}.score() == near(53.333));
  CHECK_FALSE(FlowTimes{}.score());
}

TEST_CASE("golden: 17 of 20 attempts succeed and recoveries of 2, 6 and 4 h give IRS 84.333") {
  IntegrationReliability reliability{20, 17, hours({2, 6, 4})};
  CHECK(*reliability.score() == near(84.333));
  CHECK(*reliability.avg_recovery_minutes() == near(240));
  CHECK(recovery_score({}) == 1);
  CHECK_FALSE(IntegrationReliability{}.score());
}

TEST_CASE("golden: one P0, two P1, two P2 and one P3 in seven days give 1.5") {
  CHECK(value_rate({1, 2, 2, 1}, 7) == near(1.5));
}

TEST_CASE("golden: lead times of 12 to 240 h give p50 60 h, p90 175.2 h, p95 207.6 h") {
  const auto values = hours({12, 18, 24, 36, 48, 72, 96, 120, 168, 240});
  CHECK(percentile_cont(values, 0.50) / static_cast<double>(kHour.count()) == near(60));
  CHECK(percentile_cont(values, 0.90) / static_cast<double>(kHour.count()) == near(175.2));
  CHECK(percentile_cont(values, 0.95) / static_cast<double>(kHour.count()) == near(207.6));
}

TEST_CASE("golden: INI risks of ages 1, 3, 5, 7 days with P1, P0, P2, P1") {
  CHECK(integration_risk(1 * kDay, 1) == near(0.04));
  CHECK(integration_risk(3 * kDay, 0) == near(0.143));
  CHECK(integration_risk(5 * kDay, 2) == near(0.113));
  CHECK(integration_risk(7 * kDay, 1) == near(0.241));
}

TEST_CASE("an age of exactly a limit belongs to the older of two aging buckets") {
  History h;
  h.task("T1", "2024-03-01T00:00:00Z");
  h.moves("T1", "2024-03-04T00:00:00Z", "in_progress");
  const auto rows = h.compute("2024-03-12T12:00:00Z");
  const auto aging = [&](const std::string& day) {
    return json_of(trend(rows, "wip", Grain::day, day))["aging_buckets"];
  };
  CHECK(aging("2024-03-04")["24h_to_72h"] == 1);  // the bucket ends 24 hours after it was begun
  CHECK(aging("2024-03-06")["72h_to_7d"] == 1);
  CHECK(aging("2024-03-10")["gt_7d"] == 1);
}

TEST_CASE("what begins at a bucket's very end belongs to the next one") {
  History h;
  h.task("T1", "2024-03-04T08:00:00Z");
  h.moves("T1", "2024-03-04T10:00:00Z", "ready");
  h.moves("T1", "2024-03-04T11:00:00Z", "in_progress");
  h.task("T2", "2024-03-04T09:00:00Z");
  h.moves("T2", "2024-03-05T00:00:00Z", "in_progress");
  const auto rows = h.compute("2024-03-06T12:00:00Z");
  CHECK(trend(rows, "wip", Grain::hour, "2024-03-04T10:00:00Z").value.numeric == 0);
  CHECK(trend(rows, "wip", Grain::hour, "2024-03-04T11:00:00Z").value.numeric == 1);
  CHECK(trend(rows, "wip", Grain::day, "2024-03-04").value.numeric == 1);
  CHECK(trend(rows, "wip", Grain::day, "2024-03-05").value.numeric == 2);
  CHECK(trend(rows, "state_distribution", Grain::day, "2024-03-04").value.numeric == 2);
}
