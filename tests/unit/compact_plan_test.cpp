// What compaction decides of a metric: its floors, the weeks to verify, and whether a week is what its days say.
// Spec: jobs, "Compaction".
#include "jobs/compact_plan.hpp"

#include "jobs/compact_report.hpp"
#include "support/catch.hpp"

using namespace tidemark;
using namespace tidemark::jobs;
using namespace tidemark::tests;

namespace {

const RetentionPolicy kPolicy = policy_of(RetentionDays{});

MetricFloors floors(const std::string& as_of, const std::string& computed, const MetricFloors& stored = {}) {
  return next_floors(stored, kPolicy, {at(as_of), at(computed)});
}

MetricFloors of_fine(const std::string& hour, const std::string& day) {
  MetricFloors floors;
  floors.of(KeptRows::trend_hour) = at(hour);
  floors.of(KeptRows::trend_day) = at(day);
  return floors;
}

}  // namespace

TEST_CASE("a week goes as a whole, at the instant at which its end is past the policy", "[compact]") {
  // Monday 2024-03-04 is the end of a week; 90 days later is 2024-06-02.
  CHECK(floors("2024-06-01T23:59:59.999999Z", "2024-07-01").of(KeptRows::trend_day) == at("2024-02-26"));
  const auto floor = floors("2024-06-02", "2024-07-01");
  CHECK(floor.of(KeptRows::trend_day) == at("2024-03-04"));
  CHECK(floor.of(KeptRows::trend_hour) == at("2024-03-04"));
  CHECK(floor.of(KeptRows::trend_week) == Instant::min());
  CHECK(floor.of(KeptRows::trend_month) == Instant::min());
  CHECK(floor.of(KeptRows::breakdown) == at("2024-03-04"));
  CHECK(floor.of(KeptRows::drilldown) == at("2024-05-03"));
}

TEST_CASE("a bucket that has not ended in the stored rows stays, however old it is", "[compact]") {
  CHECK(floors("2030-01-01", "2024-03-10T00:05:00Z").of(KeptRows::trend_day) == at("2024-03-04"));
  CHECK(floors("2030-01-01", "2024-03-11").of(KeptRows::trend_day) == at("2024-03-11"));
  CHECK(floors("2030-01-01", "2024-03-10T00:05:00Z").of(KeptRows::breakdown) == at("2024-03-10"));
  CHECK(floors("2030-01-01", "2024-03-10T00:05:00Z").of(KeptRows::drilldown) == at("2024-03-10"));
}

TEST_CASE("a floor never moves back", "[compact]") {
  const auto stored = floors("2024-06-02", "2024-07-01");
  CHECK(floors("2024-01-01", "2024-07-01", stored) == stored);
}

TEST_CASE("the weeks that a floor passes are verified, and those that were left", "[compact]") {
  const std::set<Instant> standing{at("2024-01-01"), at("2024-01-08"), at("2024-01-15"), at("2024-01-22")};
  auto stored = of_fine("2024-01-08", "2024-01-08");
  const auto next = of_fine("2024-01-22", "2024-01-15");
  CHECK(weeks_to_verify(stored, next, standing) == std::vector<Instant>{at("2024-01-08"), at("2024-01-15")});
  // What a run that was killed left below its floors has been verified.
  CHECK(weeks_to_verify(next, next, standing).empty());
  stored.left_weeks = {at("2024-01-01")};
  CHECK(weeks_to_verify(stored, next, standing) ==
        std::vector<Instant>{at("2024-01-01"), at("2024-01-08"), at("2024-01-15")});
  auto without_weeks = next;
  without_weeks.of(KeptRows::trend_week) = at("2024-01-15");
  CHECK(weeks_to_verify(stored, without_weeks, standing) == std::vector<Instant>{at("2024-01-15")});
}

TEST_CASE("the week of a level is its last day, for each dimension value", "[compact]") {
  const Metric& wip = *find_metric("wip");
  const Instant week = at("2024-01-08");
  const auto day = [&](int n, double value) {
    return compute::StoredPoint{week + n * kDay, value, R"({"avg_age_hours": 1.5})"};
  };
  const compute::StoredPoint last{week, 3, R"({"avg_age_hours": 1.5})"};

  CHECK(verify_week(wip, week, {{"{}", {last, {day(5, 2), day(6, 3)}}}}).reason == "");
  CHECK(verify_week(wip, week, {{R"({"phase": "A"})", {std::nullopt, {day(0, 2)}}}}).reason == "");

  const auto missing = verify_week(wip, week, {{R"({"phase": "A"})", {std::nullopt, {day(5, 2), day(6, 3)}}}});
  CHECK(missing.reason == "");
  REQUIRE(missing.merged.size() == 1);
  CHECK(missing.merged[0].metric_key == "wip");
  CHECK(missing.merged[0].grain == Grain::week);
  CHECK(missing.merged[0].bucket == week);
  CHECK(missing.merged[0].dimensions == Dimensions{"phase", "A"});
  CHECK(missing.merged[0].value == PointValue{3, R"({"avg_age_hours": 1.5})"});

  // One that is wrong keeps the whole week, and nothing is made of it.
  const auto wrong = verify_week(
      wip, week, {{R"({"phase": "A"})", {std::nullopt, {day(6, 3)}}}, {"{}", {last, {day(6, 4)}}}, {"[]", {last, {}}}});
  CHECK_THAT(wrong.reason, contains_text("and 1 more dimension values"));
  CHECK(wrong.merged.empty());
}

TEST_CASE("a report has a line for every policy in force, and says what was left", "[compact]") {
  auto report = empty_report(retention_in_force({}), CompactMode::run);
  CHECK(report.policies.size() == 9);
  report.policies[{CompactedRows::trend_day, 90}] = {1200, 0, 3, 1100, 2048};
  for (int i = 0; i < 22; ++i) report.left.push_back({Uuid{}, "Network", "wip", at("2024-01-08"), "the week is 3"});
  const auto text = compact_text(report);
  CHECK_THAT(text, contains_text("trend       day 90 d                    1,200          0        3      1,100"));
  CHECK_THAT(text, contains_text("job_run     7 d "));
  CHECK_THAT(text, contains_text("22 weeks left in place:\n  Network wip week 2024-01-08: the week is 3\n"));
  CHECK_THAT(text, contains_text("  and 2 more; --json lists all\n"));
  CHECK_THAT(left_warning(report), contains_text("warning: 22 weeks left in place, since the days say something else"));
  CHECK(left_warning(empty_report(retention_in_force({}), CompactMode::run)) == "");

  auto dry = report;
  dry.mode = CompactMode::dry_run;
  const auto dry_text = compact_text(dry);
  CHECK(dry_text.substr(dry_text.find('\n')) == text.substr(text.find('\n')));
}
