// Refresh and reconcile leave what lies below the compaction floors alone and keep what stands up to date; what the
// sources no longer reach is not computed again. Spec: jobs, "Compaction".
#include <fmt/format.h>

#include "jobs/reconcile.hpp"
#include "jobs/refresh.hpp"
#include "readmodel/floor_store.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/delivery_rows.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using jobs::RefreshMode;

namespace {

const Uuid kProject = *parse_uuid("6ac46bcd-c75e-5446-9706-52a6c7155dc9");
const Instant kMarch = Day{std::chrono::year{2024} / 3 / 10} + 5 * kMinute;  // a Sunday
const Instant kJuly = Day{std::chrono::year{2024} / 7 / 1};
const Instant kMonday = Day{std::chrono::year{2024} / 3 / 4};

struct Floored {
  Floored() { run_sql(session, kDeliveryRows); }

  jobs::RefreshReport refresh(Instant as_of, RefreshMode mode, const jobs::RetentionRules& rules = {}) {
    jobs::find_changes(session);
    auto report = jobs::refresh({{db.connection(), 1}, as_of, jobs::refreshed_projects(session), rules, {}, mode});
    REQUIRE(report.failures.empty());
    return report;
  }
  jobs::ReconcileReport reconcile(const jobs::RetentionRules& rules = {}) {
    jobs::ReconcileOptions options{{db.connection(), 1}, kMarch, jobs::refreshed_projects(session)};
    options.days.reset();
    options.retention = rules;
    const auto report = jobs::reconcile(options);
    REQUIRE(report.failures.empty());
    REQUIRE(report.compared == 1);
    return report;
  }
  Floors floors() {
    readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
    return readmodel::read_floors(tx, kProject);
  }
  // Every metric's days, hours, breakdown and drilldown from the Monday on, and the weeks that are left.
  void compact_to(Instant monday, const std::vector<Instant>& left_weeks = {}) {
    auto moved = floors();
    for (auto& [metric, of_metric] : moved) {
      for (const auto rows : {KeptRows::trend_hour, KeptRows::trend_day, KeptRows::breakdown, KeptRows::drilldown})
        of_metric.of(rows) = monday;
      of_metric.left_weeks = left_weeks;
    }
    readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
    readmodel::write_floors(tx, kProject, moved);
    tx.commit();
    const auto below = " WHERE time_bucket < '" + format_instant(monday) + "'";
    std::string weeks;
    for (const Instant week : left_weeks)
      weeks += fmt::format(" AND NOT time_bucket BETWEEN '{}' AND '{}'", format_instant(week),
                           format_instant(week + kWeek - Micros{1}));
    run_sql(session, "DELETE FROM metrics_trend_point" + below + " AND time_grain IN ('hour', 'day')" + weeks +
                         "; DELETE FROM metrics_breakdown_point" + below + "; DELETE FROM metrics_drilldown" + below);
  }
  void integrate_task_24(const std::string& when) {
    run_sql(session,
            "INSERT INTO event_log (project_id, entity_type, entity_id, event_type, payload, created_at) VALUES ('" +
                to_string(kProject) +
                "', 'task', md5('task24')::uuid, 'task.state_changed', '{\"to_state\": \"integrated\"}', '" + when +
                "')");
  }
  std::string count(const std::string& table, const std::string& where) {
    return sql_value(session, "SELECT count(*) FROM " + table + " WHERE " + where);
  }
  std::string fine_rows_below(Instant floor) {
    const auto below = "time_bucket < '" + format_instant(floor) + "'";
    return count("metrics_trend_point", "time_grain IN ('hour', 'day') AND " + below) + ' ' +
           count("metrics_breakdown_point", below) + ' ' + count("metrics_drilldown", below);
  }
  std::string throughput(const std::string& grain, const std::string& bucket) {
    return sql_value(session,
                     "SELECT coalesce(sum(value_numeric), 0) FROM metrics_trend_point WHERE metric_key = 'throughput' "
                     "AND dimensions = '{}' AND time_grain = '" +
                         grain + "' AND time_bucket = '" + bucket + "'");
  }

  TestDatabase db;
  readmodel::Session session{db.connection()};
};

jobs::RetentionRules sources_kept_for(int days) {
  jobs::RetentionRules rules;
  rules.source_retention_days = days;
  return rules;
}

}  // namespace

TEST_CASE_METHOD(Floored, "a first refresh sets the floors and writes nothing past the policy", "[floors]") {
  refresh(kJuly, RefreshMode::incremental);
  const auto set = floors();
  CHECK(set == floors_at(catalogue_policies(), kJuly));
  CHECK(fine_rows_below(set.at("wip").of(KeptRows::trend_day)) == "0 0 0");
  CHECK(count("metrics_trend_point", "time_grain = 'week' AND time_bucket = '2024-02-19Z'") != "0");
}

TEST_CASE_METHOD(Floored, "rows that grow past their policy stand until they are compacted", "[floors]") {
  refresh(kMarch, RefreshMode::whole);
  const auto set = floors();
  const auto old = fine_rows_below(kMonday);
  const auto mode = GENERATE(RefreshMode::incremental, RefreshMode::whole);
  refresh(kJuly, mode);
  CHECK(fine_rows_below(kMonday) == old);
  CHECK(floors() == set);
  // And are kept up to date.
  REQUIRE(throughput("day", "2024-02-29Z") == "2");
  integrate_task_24("2024-02-29T12:00:00Z");
  refresh(kJuly, RefreshMode::incremental);
  CHECK(throughput("day", "2024-02-29Z") == "3");
}

TEST_CASE_METHOD(Floored, "a refresh at an earlier as-of writes nothing below a floor", "[floors]") {
  refresh(kJuly, RefreshMode::whole);
  const auto set = floors();
  refresh(kMarch, RefreshMode::whole);
  CHECK(count("metrics_trend_point", "time_grain IN ('hour', 'day')") == "0");
  CHECK(count("metrics_breakdown_point", "true") == "0");
  CHECK(count("metrics_drilldown", "time_bucket IS NOT NULL") == "0");
  CHECK(throughput("week", "2024-02-26Z") != "0");
  CHECK(count("metrics_trend_point", "metric_key = 'dependency_risk' AND time_grain = 'week'") != "0");
  CHECK(floors() == set);
  CHECK(reconcile().rows_different == 0);
}

TEST_CASE_METHOD(Floored, "below floors that were moved nothing is written, and nothing that is left there goes",
                 "[floors]") {
  refresh(kMarch, RefreshMode::whole);
  compact_to(kMonday);
  // What a compaction that was killed has left.
  run_sql(session, R"(
    INSERT INTO metrics_trend_point
    SELECT gen_random_uuid(), project_id, 'wip', 'day', '2024-02-27Z', '{}', 4711, '{}', computed_at
    FROM metrics_trend_point LIMIT 1)");
  REQUIRE(throughput("week", "2024-02-26Z") == "8");
  integrate_task_24("2024-02-27T12:00:00Z");
  for (const auto mode : {RefreshMode::incremental, RefreshMode::whole}) {
    refresh(kMarch + kMinute, mode);
    CHECK(fine_rows_below(kMonday) == "1 0 0");
    CHECK(throughput("week", "2024-02-26Z") == "9");
    CHECK(throughput("month", "2024-02-01Z") != "0");
  }
  CHECK(reconcile().rows_different == 0);
  CHECK(fine_rows_below(kMonday) == "1 0 0");
}

TEST_CASE_METHOD(Floored, "a change of years ago is computed by week and month, and by no day", "[floors]") {
  refresh(kMarch, RefreshMode::whole);
  run_sql(session,
          "INSERT INTO task (id, project_id, title, state, created_at, updated_at) VALUES (gen_random_uuid(), '" +
              to_string(kProject) + "', 'late', 'backlog', '2022-03-03', clock_timestamp())");
  refresh(kMarch + kMinute, RefreshMode::incremental);
  const auto arrivals = [&](const std::string& grain) {
    return count("metrics_trend_point",
                 "metric_key = 'arrivals' AND time_bucket < '2023-01-01' AND dimensions = '{}' "
                 "AND time_grain = '" +
                     grain + "'");
  };
  CHECK(arrivals("week") == "1");
  CHECK(arrivals("month") == "1");
  CHECK(arrivals("day") == "0");
  CHECK(arrivals("hour") == "0");
  CHECK(fine_rows_below(floors().at("wip").of(KeptRows::trend_day)) == "0 0 0");
}

TEST_CASE_METHOD(Floored, "the rows of a left week are kept up to date", "[floors]") {
  refresh(kMarch, RefreshMode::whole);
  compact_to(kMonday, {at("2024-02-26T00:00:00Z")});
  REQUIRE(throughput("day", "2024-02-29Z") == "2");
  const auto mode = GENERATE(RefreshMode::incremental, RefreshMode::whole);
  integrate_task_24("2024-02-29T12:00:00Z");
  refresh(kMarch + kMinute, mode);
  CHECK(throughput("day", "2024-02-29Z") == "3");
  CHECK(count("metrics_trend_point", "time_grain IN ('hour', 'day') AND time_bucket < '2024-02-26Z'") == "0");
  CHECK(count("metrics_breakdown_point", "time_bucket < '2024-03-04Z'") == "0");
  CHECK(reconcile().rows_different == 0);
}

TEST_CASE_METHOD(Floored, "a breakdown may be kept longer than the trend by day", "[floors]") {
  jobs::RetentionRules rules;
  for (auto& [metric, policy] : rules.policies) policy = policy_of({5, 60, 30});
  refresh(kMarch, RefreshMode::whole, rules);
  CHECK(count("metrics_trend_point", "time_grain = 'day' AND time_bucket < '2024-03-04Z'") == "0");
  CHECK(count("metrics_breakdown_point", "metric_key = 'wip' AND time_bucket = '2024-02-25Z'") != "0");
  CHECK(count("metrics_breakdown_point", "metric_key = 'throughput' AND time_bucket = '2024-02-25Z'") != "0");
  const auto again = refresh(kMarch, RefreshMode::whole, rules);
  CHECK(again.written() + again.deleted() == 0);
}

TEST_CASE_METHOD(Floored, "rows of a metric that is no more go with a whole run, however old", "[floors]") {
  refresh(kMarch, RefreshMode::whole);
  run_sql(session, R"(
    INSERT INTO metrics_trend_point
    SELECT gen_random_uuid(), project_id, 'a_metric_that_was', 'day', '2014-02-27Z', '{}', 1, '{}', computed_at
    FROM metrics_trend_point LIMIT 1;
    INSERT INTO metrics_drilldown
    SELECT gen_random_uuid(), project_id, 'a_metric_that_was', 'task', entity_id, NULL, '2014-02-27Z', '{"value": 1}',
           computed_at FROM metrics_drilldown LIMIT 1)");
  refresh(kMarch + kMinute, RefreshMode::incremental);
  CHECK(count("metrics_trend_point", "metric_key = 'a_metric_that_was'") == "1");
  refresh(kMarch + kMinute, RefreshMode::whole);
  CHECK(count("metrics_trend_point", "metric_key = 'a_metric_that_was'") == "0");
  CHECK(count("metrics_drilldown", "metric_key = 'a_metric_that_was'") == "0");
}

TEST_CASE_METHOD(Floored, "what the sources no longer reach is left as it is, and a change of it is set aside",
                 "[floors]") {
  const auto rules = sources_kept_for(10);  // to 29 February, so from Monday, 4 March, on
  refresh(kMarch, RefreshMode::whole);
  const auto set = floors();
  REQUIRE(throughput("day", "2024-02-27Z") == "1");
  const auto late_change = [&] {
    return sql_value(session,
                     "SELECT coalesce(max(reason), '') FROM metrics_quarantine WHERE source = 'event_log' AND "
                     "resolved_at IS NULL AND raw_row -> 'payload' ->> 'to_state' = 'integrated'");
  };
  integrate_task_24("2024-02-27T12:00:00Z");
  for (const auto mode : {RefreshMode::incremental, RefreshMode::whole}) {
    refresh(kMarch + kMinute, mode, rules);
    CHECK(throughput("day", "2024-02-27Z") == "1");
    CHECK(throughput("week", "2024-02-26Z") == "8");
    CHECK(late_change() ==
          "late change: its instant 2024-02-27T12:00:00Z lies before 2024-03-04T00:00:00Z, and with "
          "source_retention_days = 10 no bucket that begins before that is computed any more");
  }
  CHECK(floors() == set);
  CHECK(reconcile(rules).rows_different == 0);
  CHECK(late_change() != "");
  // The sources do reach that far: all is computed again.
  CHECK(refresh(kMarch + kMinute, RefreshMode::incremental).whole == 1);
  CHECK(throughput("day", "2024-02-27Z") == "2");
  CHECK(throughput("week", "2024-02-26Z") == "9");
  CHECK(late_change() == "");
}

TEST_CASE_METHOD(Floored, "sources that are gone take no rows with them", "[floors]") {
  const auto rules = sources_kept_for(10);
  refresh(kMarch, RefreshMode::whole);
  const auto before = sql_value(session, "SELECT count(*) FROM metrics_trend_point WHERE time_bucket < '2024-02-26Z'");
  run_sql(session, "DELETE FROM event_log WHERE created_at < '2024-02-26'");
  refresh(kMarch + kMinute, RefreshMode::whole, rules);
  CHECK(sql_value(session, "SELECT count(*) FROM metrics_trend_point WHERE time_bucket < '2024-02-26Z'") == before);
}
