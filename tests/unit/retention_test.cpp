#include "contracts/retention.hpp"

#include "contracts/catalogue.hpp"
#include "support/catch.hpp"

using namespace tidemark;
using tests::at;

namespace {

const Instant kMonday = Day{std::chrono::year{2024} / 3 / 4};
const Instant kLeftWeek = Day{std::chrono::year{2024} / 1 / 1};

MetricFloors floors_with_a_left_week() {
  MetricFloors floors;
  floors.of(KeptRows::trend_hour) = kMonday;
  floors.of(KeptRows::trend_day) = kMonday;
  floors.of(KeptRows::breakdown) = kMonday;
  floors.left_weeks = {kLeftWeek};
  return floors;
}

}  // namespace

TEST_CASE("hours and days stand by whole weeks, weeks and months for ever") {
  const auto floors = floors_at(policy_of({90, 90, 30}), at("2024-06-05T12:00:00Z"));
  CHECK(floors.of(KeptRows::trend_hour) == at("2024-03-04T00:00:00Z"));
  CHECK(floors.of(KeptRows::trend_day) == at("2024-03-04T00:00:00Z"));
  CHECK(floors.of(KeptRows::trend_week) == Instant::min());
  CHECK(floors.of(KeptRows::trend_month) == Instant::min());
  CHECK(floors.of(KeptRows::breakdown) == at("2024-03-07T00:00:00Z"));
  CHECK(floors.of(KeptRows::drilldown) == at("2024-05-06T00:00:00Z"));
  CHECK(floors.left_weeks.empty());
}

TEST_CASE("a week that ends at the cutoff no longer stands, one that ends after it does") {
  const auto policy = policy_of({7, 7, 7});
  CHECK(floors_at(policy, kMonday + 7 * kDay - Micros{1}).of(KeptRows::trend_day) == kMonday - kWeek);
  CHECK(floors_at(policy, kMonday + 7 * kDay).of(KeptRows::trend_day) == kMonday);
  CHECK(floors_at(policy, kMonday + 7 * kDay).of(KeptRows::breakdown) == kMonday);
}

TEST_CASE("below its floor a bucket stands only in a left week, and only in the trend") {
  const auto floors = floors_with_a_left_week();
  CHECK(floors.keeps(KeptRows::trend_hour, kMonday));
  CHECK_FALSE(floors.keeps(KeptRows::trend_hour, kMonday - kHour));
  CHECK(floors.keeps(KeptRows::trend_hour, kLeftWeek + kWeek - kHour));
  CHECK_FALSE(floors.keeps(KeptRows::trend_hour, kLeftWeek + kWeek));
  CHECK_FALSE(floors.keeps(KeptRows::breakdown, kLeftWeek));
  CHECK(floors.keeps(KeptRows::trend_week, kLeftWeek - kWeek));
}

TEST_CASE("what stands is said in ranges of bucket starts") {
  const auto floors = floors_with_a_left_week();
  using Ranges = std::vector<BucketRange>;
  CHECK(floors.standing(KeptRows::trend_day) == Ranges{{kLeftWeek, kLeftWeek + kWeek}, {kMonday, std::nullopt}});
  CHECK(floors.standing(KeptRows::trend_day, kLeftWeek + kDay) ==
        Ranges{{kLeftWeek + kDay, kLeftWeek + kWeek}, {kMonday, std::nullopt}});
  CHECK(floors.standing(KeptRows::trend_day, kLeftWeek + kWeek) == Ranges{{kMonday, std::nullopt}});
  CHECK(floors.standing(KeptRows::trend_day, kMonday + kDay) == Ranges{{kMonday + kDay, std::nullopt}});
  CHECK(floors.standing(KeptRows::breakdown) == Ranges{{kMonday, std::nullopt}});
  CHECK(floors.standing(KeptRows::trend_week) == Ranges{{Instant::min(), std::nullopt}});
}

TEST_CASE("every metric of the catalogue has its policies") {
  const auto policies = catalogue_policies();
  CHECK(policies.size() == all_metrics().size());
  CHECK(policies.at("wip") == policy_of(find_metric("wip")->retention));
}

TEST_CASE("what the sources no longer reach is frozen at every grain") {
  auto floors = floors_with_a_left_week();
  floors.left_weeks.push_back(kMonday - kWeek);
  const auto frozen = frozen_before(floors, at("2024-02-20T10:30:00Z"));
  CHECK(frozen.of(KeptRows::trend_hour) == kMonday);  // later already
  CHECK(frozen.of(KeptRows::trend_week) == at("2024-02-26T00:00:00Z"));
  CHECK(frozen.of(KeptRows::trend_month) == at("2024-03-01T00:00:00Z"));
  CHECK(frozen.of(KeptRows::drilldown) == at("2024-02-21T00:00:00Z"));
  CHECK(frozen.left_weeks == std::vector{kMonday - kWeek});
  CHECK(frozen_before({}, kMonday).of(KeptRows::trend_week) == kMonday);
  CHECK(frozen_before({}, at("2024-02-20T10:30:00Z")).of(KeptRows::trend_hour) == at("2024-02-20T11:00:00Z"));
}

TEST_CASE("the widest of two floors keeps what either keeps") {
  auto a = floors_with_a_left_week();
  MetricFloors b = a;
  b.of(KeptRows::trend_day) = kMonday - kWeek;
  b.left_weeks = {kLeftWeek - kWeek};
  const auto both = widest(a, b);
  CHECK(both.of(KeptRows::trend_day) == kMonday - kWeek);
  CHECK(both.of(KeptRows::trend_hour) == kMonday);
  CHECK(both.left_weeks == std::vector{kLeftWeek - kWeek, kLeftWeek});
}

TEST_CASE("of a metric that has no floors everything stands") {
  const Floors floors{{"wip", floors_with_a_left_week()}};
  CHECK(floors_of(floors, "wip") == floors_with_a_left_week());
  CHECK(floors_of(floors, "throughput") == MetricFloors{});
  CHECK(floors_of(floors, "throughput").keeps(KeptRows::trend_hour, at("1990-01-01T00:00:00Z")));
}
