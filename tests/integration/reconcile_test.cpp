// Reconcile finds, reports and repairs what differs from a recompute, and nothing else; `catalogue diff` shows the same
// and leaves it alone. Spec: jobs, "reconcile" and "Incremental refresh", rules 1, 2 and 7.
#include "jobs/reconcile.hpp"

#include <fmt/format.h>
#include <sys/wait.h>

#include <cstdlib>

#include "contracts/definition.hpp"
#include "jobs/catalogue_diff.hpp"
#include "jobs/difference_text.hpp"
#include "jobs/manual_run.hpp"
#include "jobs/views/status_view.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/delivery_rows.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using jobs::ReconcileMode;
using readmodel::ReadModelTable;

namespace {

const Instant kAsOf = Day{std::chrono::year{2024} / 3 / 10} + 5 * kMinute;

// A project that has been refreshed, and can be spoilt.
struct Reconciled {
  Reconciled() {
    run_sql(session, kDeliveryRows);
    refresh_and_snapshot(db.connection());
    right = dump_read_model(session);
  }

  jobs::ReconcileOptions options() { return {{db.connection(), 1}, kAsOf, jobs::refreshed_projects(session)}; }
  jobs::ReconcileReport reconcile(const jobs::ReconcileOptions& options) {
    const auto report = jobs::reconcile(options);
    REQUIRE(report.failures.empty());
    return report;
  }
  jobs::ReconcileReport reconcile() { return reconcile(options()); }
  jobs::ReconcileReport check() {
    auto own = options();
    own.mode = ReconcileMode::check;
    return reconcile(own);
  }
  jobs::CatalogueDiff diff(jobs::DiffedMetrics metrics = jobs::DiffedMetrics::redefined) {
    const auto found = jobs::diff_catalogue({{db.connection(), 1}, jobs::refreshed_projects(session), metrics});
    REQUIRE(found.failures.empty());
    return found;
  }

  // What moves with any write or row lock of a dashboard table, a data version or an alert.
  std::string footprint() {
    return sql_value(session, R"(
      SELECT md5(string_agg(t, ',' ORDER BY t)) FROM (
        SELECT (id, xmin, xmax, ctid)::text FROM metrics_trend_point UNION ALL
        SELECT (id, xmin, xmax, ctid)::text FROM metrics_breakdown_point UNION ALL
        SELECT (id, xmin, xmax, ctid)::text FROM metrics_drilldown UNION ALL
        SELECT (family, version, xmin, xmax, ctid)::text FROM metrics_data_version UNION ALL
        SELECT (id, xmin, xmax, ctid)::text FROM metrics_alert) AS rows (t))");
  }
  std::string alerts(const std::string& columns, const std::string& where = "true") {
    return sql_value(session, "SELECT string_agg(concat_ws(' ', " + columns +
                                  "), ', ' ORDER BY metric_key, created_at) FROM metrics_alert WHERE " + where);
  }
  std::string version(const std::string& family) {
    return sql_value(session, "SELECT version FROM metrics_data_version WHERE family = '" + family + "'");
  }

  TestDatabase db;
  readmodel::Session session{db.connection()};
  Dump right;
};

const readmodel::Differences& found_in(const jobs::ReconcileReport& report, const std::string& metric,
                                       ReadModelTable table) {
  return report.metrics.at(metric).at(table);
}

}  // namespace

TEST_CASE_METHOD(Reconciled, "rows that are right are left alone and raise nothing", "[reconcile]") {
  const auto before = footprint();
  const auto report = reconcile();
  CHECK(report.compared == 1);
  CHECK(report.rows_equal > 1000);
  CHECK(report.rows_different == 0);
  CHECK(report.metrics.empty());
  CHECK(footprint() == before);
  CHECK(alerts("id") == "NULL");
}

TEST_CASE_METHOD(Reconciled, "a row changed, deleted or added by hand is found, reported, alerted and repaired",
                 "[reconcile]") {
  const auto operational = version("operational");
  const auto north_star = version("north_star");
  run_sql(session, R"(
    UPDATE metrics_trend_point SET value_numeric = 4711
    WHERE metric_key = 'wip' AND time_grain = 'day' AND time_bucket = '2024-03-05Z' AND dimensions = '{}';
    UPDATE metrics_breakdown_point SET value_json = value_json || '{"forged": 1}'
    WHERE id = (SELECT id FROM metrics_breakdown_point WHERE metric_key = 'wip' ORDER BY time_bucket DESC LIMIT 1);
    DELETE FROM metrics_drilldown WHERE metric_key = 'wip';
    INSERT INTO metrics_trend_point
    SELECT gen_random_uuid(), project_id, 'throughput', 'day', '2024-03-10Z', '{"phase": "Nowhere"}', 7, '{}', computed_at
    FROM metrics_trend_point LIMIT 1;
    INSERT INTO metrics_trend_point
    SELECT gen_random_uuid(), project_id, 'a_metric_that_was', 'day', '2024-03-01Z', '{}', 7, '{}', computed_at
    FROM metrics_trend_point LIMIT 1)");

  const auto report = reconcile();
  CHECK(report.with_differences == 1);
  const auto& changed = found_in(report, "wip", ReadModelTable::trend);
  CHECK(changed.changed == 1);
  CHECK(changed.rows() == 1);
  REQUIRE(changed.examples.size() == 1);
  CHECK(changed.examples[0].key == "day 2024-03-05T00:00:00Z {}");
  CHECK(changed.examples[0].stored_number == 4711);
  CHECK(changed.examples[0].computed_number.value_or(0) > 0);
  CHECK(found_in(report, "wip", ReadModelTable::breakdown).changed == 1);
  CHECK(found_in(report, "wip", ReadModelTable::drilldown).added > 0);
  CHECK(found_in(report, "throughput", ReadModelTable::trend).removed == 1);
  CHECK(found_in(report, "a_metric_that_was", ReadModelTable::trend).removed == 1);
  CHECK(report.metrics.size() == 3);
  CHECK(report.deleted == 2);
  CHECK(report.written == report.rows_different - 2);
  CHECK(dump_read_model(session) == right);
  CHECK(version("operational") == std::to_string(std::stoi(operational) + 1));
  CHECK(version("north_star") == north_star);

  CHECK(report.alerts_opened == 3);
  CHECK(alerts("metric_key, alert_type, severity, resolved_at IS NULL") ==
        "a_metric_that_was difference warning t, throughput difference warning t, wip difference warning t");
  CHECK(alerts("value, threshold, context #>> '{trend,example}', context #>> '{trend,stored}'",
               "metric_key = 'throughput'") == R"(1 0 day 2024-03-10T00:00:00Z {"phase": "Nowhere"} 7)");
  const auto text = jobs::reconcile_text({{}, report, jobs::names_of(jobs::refreshed_projects(session))});
  CHECK_THAT(text, contains_text("Network: wip trend day 2024-03-05T00:00:00Z {}: stored 4711, computed "));
  CHECK_THAT(text, contains_text("stored 7, not produced"));
  CHECK_THAT(text, contains_text("stored forged 1, computed forged absent"));

  const auto second = reconcile();
  CHECK(second.rows_different == 0);
  CHECK(second.alerts_closed == 3);
  CHECK(alerts("id", "resolved_at IS NULL") == "NULL");
}

TEST_CASE_METHOD(Reconciled, "an alert stays one while its metric differs, and others close", "[reconcile]") {
  const auto spoil = [&](const std::string& metric) {
    run_sql(session, "UPDATE metrics_trend_point SET value_numeric = -1 WHERE metric_key = '" + metric +
                         "' AND time_bucket = '2024-03-05Z'");
  };
  spoil("wip");
  spoil("blocked");
  CHECK(reconcile().alerts_opened == 2);
  spoil("wip");
  const auto report = reconcile();
  CHECK(report.alerts_opened == 0);
  CHECK(report.alerts_renewed == 1);
  CHECK(report.alerts_closed == 1);
  CHECK(alerts("metric_key, resolved_at IS NULL") == "blocked f, wip t");
}

TEST_CASE_METHOD(Reconciled, "a row under another key than its id says is put right", "[reconcile]") {
  const std::string change = GENERATE("metric_key = 'blocked', dimensions = '{\"phase\": \"X\"}'",
                                      "time_bucket = '2024-03-06Z', dimensions = '{\"phase\": \"X\"}'",
                                      "time_bucket = '2022-01-03Z'", "id = gen_random_uuid()");
  CAPTURE(change);
  run_sql(session, "UPDATE metrics_trend_point SET " + change +
                       " WHERE metric_key = 'wip' AND time_grain = 'day' AND time_bucket = '2024-03-05Z' "
                       "AND dimensions = '{}'");
  CHECK(reconcile().rows_different > 0);
  CHECK(dump_read_model(session) == right);
}

TEST_CASE_METHOD(Reconciled, "a check reports and writes nothing, and ends with 1", "[reconcile]") {
  const auto command = [&](const std::string& arguments) {
    const auto line =
        fmt::format("'{}' run reconcile --as-of 2024-03-10T00:05:00Z --database-url '{}' {} > /dev/null 2>&1",
                    TIDEMARK_BINARY, db.url(), arguments);
    return WEXITSTATUS(std::system(line.c_str()));
  };
  CHECK(command("--check") == 0);
  run_sql(session, "UPDATE metrics_drilldown SET payload = '{\"value\": 1}' WHERE metric_key = 'wip'");
  const auto before = footprint();
  const auto report = check();
  CHECK(found_in(report, "wip", ReadModelTable::drilldown).changed > 0);
  CHECK(report.written == 0);
  CHECK(footprint() == before);
  CHECK(command("--check --json") == 1);
  CHECK(footprint() == before);
  CHECK(command("") == 0);
  CHECK(dump_read_model(session) == right);
  CHECK(command("--check") == 0);
  CHECK(command("--days 0") == 2);
  CHECK(command("--days all --check") == 0);
}

TEST_CASE_METHOD(Reconciled, "only buckets of the window are compared, partial ones and whole weeks included",
                 "[reconcile]") {
  const auto different = [&](std::optional<int> days) {
    auto own = options();
    own.mode = ReconcileMode::check;
    own.days = days;
    return reconcile(own).rows_different;
  };
  run_sql(session,
          "UPDATE metrics_trend_point SET value_numeric = -1 "
          "WHERE metric_key = 'wip' AND dimensions = '{}' AND time_grain = 'day' AND time_bucket = '2024-02-20Z'");
  CHECK(different(18) == 0);
  CHECK(different(19) == 1);  // the 20th ends 19 days before the as-of
  CHECK(different(std::nullopt) == 1);
  run_sql(session,
          "UPDATE metrics_trend_point SET value_numeric = -1 WHERE metric_key = 'wip' AND dimensions = '{}' AND "
          "((time_grain = 'week' AND time_bucket = '2024-02-19Z') OR (time_grain = 'month' AND time_bucket = "
          "'2024-02-01Z') "
          "OR (time_grain = 'day' AND time_bucket = '2024-03-10Z'))");
  CHECK(different(1) == 1);   // the as-of's own day
  CHECK(different(10) == 2);  // and February, which ends on 1 March
  CHECK(different(14) == 3);  // and the week that ends on the 26th
  CHECK(different(35) == 4);
}

TEST_CASE_METHOD(Reconciled, "what is past its retention is no difference", "[reconcile]") {
  run_sql(session, R"(
    INSERT INTO metrics_drilldown
    SELECT gen_random_uuid(), project_id, 'lead_time', 'task', gen_random_uuid(), NULL, '2024-02-01Z', '{"value": 1}',
           computed_at FROM metrics_drilldown LIMIT 1;
    INSERT INTO metrics_trend_point
    SELECT gen_random_uuid(), project_id, 'wip', 'day', '2023-11-01Z', '{}', 7, '{}', computed_at
    FROM metrics_trend_point LIMIT 1)");
  auto own = options();
  own.days = std::nullopt;
  CHECK(reconcile(own).rows_different == 0);
  run_sql(session, R"(
    INSERT INTO metrics_trend_point
    SELECT gen_random_uuid(), project_id, 'wip', 'week', '2023-10-02Z', '{}', 7, '{}', computed_at
    FROM metrics_trend_point LIMIT 1)");
  CHECK(reconcile(own).rows_different == 1);
}

TEST_CASE_METHOD(Reconciled, "a project whose changes wait is not compared", "[reconcile]") {
  run_sql(session,
          "UPDATE metrics_trend_point SET value_numeric = -1 WHERE metric_key = 'wip' AND time_bucket = '2024-03-05Z';"
          "INSERT INTO metrics_dirty (project_id, source, source_id, found_at) "
          "VALUES ('6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'event_log', '1', '2024-03-10')");
  const auto before = footprint();
  auto own = options();
  own.catch_up = [](auto&&...) {};
  auto report = reconcile(own);
  CHECK(report.compared == 0);
  REQUIRE(report.skipped.size() == 1);
  CHECK_THAT(report.skipped[0].reason, contains_text("wait to be computed"));
  CHECK(footprint() == before);

  // Caught up, it is compared.
  own.catch_up = [&](readmodel::Session& other, auto&&...) { run_sql(other, "DELETE FROM metrics_dirty"); };
  report = reconcile(own);
  CHECK(report.compared == 1);
  CHECK(report.rows_different > 0);
  CHECK(dump_read_model(session) == right);
}

TEST_CASE_METHOD(Reconciled, "a change of the sources that nobody had found yet is no fault", "[reconcile]") {
  // Seen by the snapshot, found by the discovery after it, and computed then.
  int calls = 0;
  auto own = options();
  own.catch_up = [&](auto&&...) {
    if (++calls == 1)
      run_sql(session,
              "INSERT INTO task (id, project_id, title, state, created_at, updated_at) VALUES (gen_random_uuid(), "
              "'6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'new', 'backlog', '2024-03-06', '2024-03-06')");
    else if (calls == 2)
      refresh_and_snapshot(db.connection());
  };
  const auto report = reconcile(own);
  CHECK(calls == 2);
  CHECK(report.compared == 1);
  CHECK(report.rows_different == 0);
  CHECK(alerts("id") == "NULL");
}

TEST_CASE_METHOD(Reconciled, "a change that no discovery finds is reported and computed", "[reconcile]") {
  run_sql(session,
          "INSERT INTO task (id, project_id, title, state, created_at, updated_at) VALUES (gen_random_uuid(), "
          "'6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'new', 'backlog', '2024-03-06', '2024-03-06')");
  auto own = options();
  own.catch_up = [](auto&&...) {};
  const auto report = reconcile(own);
  CHECK(report.metrics.contains("arrivals"));
  CHECK(report.rows_different > 0);
  const auto refreshed = jobs::refresh({{db.connection(), 1}, kAsOf, jobs::refreshed_projects(session), {}, {}});
  CHECK(refreshed.whole == 1);  // for what it would build on may be as wrong as the rows were
  CHECK(refreshed.written() + refreshed.deleted() == 0);
  CHECK(reconcile().rows_different == 0);
}

TEST_CASE_METHOD(Reconciled, "status says how long ago the rows were reconciled", "[reconcile]") {
  const auto reconciled = [&] { return views::read_status(session, kAsOf).projects.at(0).reconciled_at; };
  CHECK_FALSE(reconciled());
  check();
  CHECK_FALSE(reconciled());
  reconcile();
  CHECK(reconciled());
  CHECK(views::status_json(views::read_status(session, kAsOf))["projects"][0].contains("reconciled_at"));
}

TEST_CASE_METHOD(Reconciled, "rows by other definitions are computed anew by a refresh, not repaired", "[reconcile]") {
  run_sql(session,
          "UPDATE metrics_data_version SET definition_hash = 'older' WHERE family = 'north_star';"
          "UPDATE metrics_trend_point SET value_numeric = -1 WHERE metric_key = 'health_at_a_glance'");
  const auto report = reconcile();
  REQUIRE(report.skipped.size() == 1);
  CHECK_THAT(report.skipped[0].reason, contains_text("other definitions"));
  refresh_and_snapshot(db.connection());
  CHECK(dump_read_model(session) == right);
  CHECK(reconcile().compared == 1);
}

TEST_CASE_METHOD(Reconciled,
                 "a diff of the catalogue shows what the definitions in force would move, and moves nothing",
                 "[reconcile]") {
  CHECK(diff().redefined.empty());
  CHECK(diff().metrics.empty());
  run_sql(session, R"(
    UPDATE metrics_data_version SET definitions = definitions || '{"wip": "older"}', definition_hash = 'older'
    WHERE family = 'operational';
    UPDATE metrics_trend_point SET value_numeric = value_numeric + 5
    WHERE metric_key = 'wip' AND time_grain = 'day' AND time_bucket = '2024-03-05Z' AND dimensions = '{}';
    UPDATE metrics_trend_point SET value_numeric = value_numeric - 1
    WHERE metric_key = 'wip' AND time_grain = 'day' AND time_bucket = '2024-03-06Z' AND dimensions = '{}';
    UPDATE metrics_trend_point SET value_numeric = 0 WHERE metric_key = 'lead_time';
    DELETE FROM metrics_drilldown WHERE metric_key = 'wip')");
  const auto before = footprint();
  const auto found = diff();
  CHECK(found.redefined == std::set<std::string>{"wip"});
  REQUIRE(found.metrics.size() == 1);
  const auto& trend = found.metrics.at("wip").at(ReadModelTable::trend);
  CHECK(trend.changed == 2);
  CHECK(trend.added + trend.removed == 0);
  REQUIRE(trend.largest_move);
  CHECK(trend.largest_move->key == "day 2024-03-05T00:00:00Z {}");
  CHECK(*trend.largest_move->stored_number - *trend.largest_move->computed_number == 5);
  CHECK(found.metrics.at("wip").at(ReadModelTable::drilldown).added > 0);
  CHECK_THAT(jobs::catalogue_diff_text(found, {}), contains_text("wip trend day 2024-03-05T00:00:00Z {}: stored "));

  const auto all = diff(jobs::DiffedMetrics::all);
  CHECK(all.redefined == std::set<std::string>{"wip"});
  CHECK(all.metrics.size() == all_metrics().size());
  CHECK(all.metrics.at("lead_time").at(ReadModelTable::trend).changed > 0);
  CHECK(all.metrics.at("throughput").at(ReadModelTable::trend).rows() == 0);
  CHECK(footprint() == before);

  refresh_and_snapshot(db.connection());
  CHECK(diff().redefined.empty());
}

TEST_CASE("a project that was never computed has nothing to compare", "[reconcile]") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  run_sql(session, kDeliveryRows);
  const auto report = jobs::reconcile({{db.connection(), 1}, kAsOf, jobs::refreshed_projects(session)});
  CHECK(report.never_computed == 1);
  CHECK(report.compared == 0);
  CHECK(jobs::diff_catalogue({{db.connection(), 1}, jobs::refreshed_projects(session)}).never_computed == 1);
}
