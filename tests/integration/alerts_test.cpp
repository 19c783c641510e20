// The alerts job on stored rows, and the answers that show what it found. Spec: jobs, "Alerts, forecast, health".
#include "jobs/alerts.hpp"

#include <future>

#include "jobs/manual_run.hpp"
#include "jobs/views/ask.hpp"
#include "jobs/views/status_view.hpp"
#include "readmodel/alert_store.hpp"
#include "readmodel/project_writer.hpp"
#include "readmodel/vanished_projects.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::tests;

namespace {

const Uuid kProject = *parse_uuid("6ac46bcd-c75e-5446-9706-52a6c7155dc9");
const Instant kAsOf = Day{std::chrono::year{2024} / 3 / 10} + 12 * kHour;

void make_project(readmodel::Session& session, const Uuid& id, const std::string& name) {
  run_sql(session, "INSERT INTO project (id, name, status, created_at, updated_at) VALUES ('" + to_string(id) + "', '" +
                       name + "', 'active', '2024-01-01', '2024-01-01')");
}

// Stores a backlog of `tasks` as the project's only point, as refresh would at that as-of.
void store_backlog(readmodel::Session& session, const Uuid& project, std::optional<double> tasks, Instant as_of) {
  ProjectRows rows;
  rows.trend.push_back(
      {{}, "backlog", Grain::day, bucket_start(Grain::day, as_of), {}, {tasks, R"({"partial": true})"}});
  assign_ids(project, rows);
  readmodel::write_project(session, {project, as_of, {as_of, std::nullopt}, std::nullopt}, rows);
}

// A project whose backlog is refreshed and looked at, minute by minute.
struct Watched {
  Watched() { make_project(session, kProject, "Network"); }

  jobs::AlertReport look() {
    const auto report = jobs::run_alerts({{db.connection(), 2}, now, std::nullopt, {}}, {});
    REQUIRE(report.failures.empty());
    return report;
  }
  jobs::AlertReport see(std::optional<double> backlog) {
    now += kMinute;
    store_backlog(session, kProject, backlog, now);
    return look();
  }
  std::string alerts(const std::string& columns) {
    return sql_value(session, "SELECT string_agg(concat_ws(' ', " + columns + "), ', ' ORDER BY created_at) FROM " +
                                  "metrics_alert");
  }
  views::Answered ask(const views::AlertsQuestion& question) { return views::ask(session, question, now); }

  TestDatabase db;
  readmodel::Session session{db.connection()};
  Instant now = kAsOf;
};

}  // namespace

TEST_CASE_METHOD(Watched, "an alert opens once, escalates, closes with hysteresis, and opens anew", "[alerts]") {
  CHECK(see(10).opened == 0);
  CHECK(see(12).opened == 1);
  CHECK(alerts("alert_type, severity, value, threshold, resolved_at IS NULL") == "threshold warning 12 10 t");
  CHECK(see(25).escalated == 1);
  CHECK(see(11).renewed == 1);
  CHECK(alerts("severity, value, threshold") == "critical 11 20");
  CHECK(see(9.6).renewed == 1);  // inside the limit by less than 5 %
  CHECK(see(9.5).closed == 1);
  CHECK(alerts("severity, value, (resolved_at - created_at)::text") == "critical 9.6 PT4M");
  CHECK(see(11).opened == 1);
  CHECK(alerts("severity, resolved_at IS NULL") == "critical f, warning t");
  CHECK(sql_value(session, "SELECT count(DISTINCT id) FROM metrics_alert") == "2");
}

TEST_CASE_METHOD(Watched, "a run that changes nothing writes nothing but its row in the ledger", "[alerts]") {
  see(12);
  const std::string state =
      "SELECT (SELECT string_agg(concat_ws(' ', a.xmin, a.ctid), ',') FROM metrics_alert AS a) || "
      "(SELECT string_agg(concat_ws(' ', c.xmin, c.ctid, job), ',' ORDER BY job) FROM metrics_job_checkpoint AS c)";
  const auto before = sql_value(session, state);
  const auto report = look();
  CHECK(report.written() == 0);
  CHECK(report.unchanged == 1);
  CHECK(sql_value(session, state) == before);
  CHECK(sql_value(session,
                  "SELECT string_agg(concat_ws(' ', job, status, rows_written, rows_unchanged), ', ' "
                  "ORDER BY rows_written) FROM metrics_job_run") == "alerts succeeded 0 1, alerts succeeded 1 0");
}

TEST_CASE_METHOD(Watched, "an undefined value neither opens nor closes, and an earlier as-of changes nothing",
                 "[alerts]") {
  CHECK(see(std::nullopt).opened == 0);
  see(12);
  CHECK(see(std::nullopt).written() == 0);
  now -= kHour;
  const auto report = look();
  CHECK(report.looked_at_later == 1);
  CHECK(report.written() == 0);
  CHECK(alerts("severity, resolved_at IS NULL") == "warning t");
}

TEST_CASE_METHOD(Watched, "rows that are too old open an alert, which fresh rows close", "[alerts]") {
  see(1);
  now += 20 * kMinute;
  CHECK(look().opened == 1);
  CHECK(alerts("metric_key, alert_type, severity, value, threshold") == "operational freshness warning 20 15");
  now += kHour;
  CHECK(look().opened == 1);
  CHECK(sql_value(session, "SELECT threshold FROM metrics_alert WHERE metric_key = 'north_star'") == "60");
  CHECK(see(1).closed == 2);
}

TEST_CASE_METHOD(Watched, "an acknowledgement stays until the alert escalates", "[alerts]") {
  see(12);
  const auto id = *parse_uuid(sql_value(session, "SELECT id FROM metrics_alert"));
  const auto acknowledge = [&] { return readmodel::acknowledge_alert(session, kProject, id, now); };
  CHECK(acknowledge() == readmodel::Acknowledgement::done);
  CHECK(alerts("acknowledged_at = last_seen") == "t");
  see(13);
  CHECK(acknowledge() == readmodel::Acknowledgement::done_before);
  CHECK(alerts("value, acknowledged_at IS NOT NULL") == "13 t");
  see(21);
  CHECK(alerts("value, acknowledged_at IS NOT NULL") == "21 f");
  see(1);
  CHECK(acknowledge() == readmodel::Acknowledgement::resolved);
  CHECK(readmodel::acknowledge_alert(session, Uuid{}, id, now) == readmodel::Acknowledgement::no_such_alert);
}

TEST_CASE_METHOD(Watched, "an alert that closes and opens at one instant is the same alert", "[alerts]") {
  see(12);
  for (const double backlog : {1.0, 12.0}) {
    store_backlog(session, kProject, backlog, now);
    look();
  }
  CHECK(alerts("value, resolved_at IS NULL") == "12 t");
}

TEST_CASE_METHOD(Watched, "a writer that was overtaken starts again, and a second open alert is refused", "[alerts]") {
  see(12);
  readmodel::AlertBook book;
  {
    readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
    book = readmodel::read_alert_book(tx, kProject);
  }
  REQUIRE(book.open.size() == 1);
  CHECK(book.newest == now);
  see(25);
  try {
    readmodel::write_alerts(session, {kProject, now, book.fencing_token}, book.open);
    FAIL("written with an old token");
  } catch (const Error& error) {
    CHECK(error.retryable());
  }
  CHECK(alerts("severity") == "critical");
  book.fencing_token += 1;
  book.open[0].created_at += kMinute;  // another opening of the same metric and type
  CHECK_THROWS_WITH(readmodel::write_alerts(session, {kProject, now, book.fencing_token}, book.open),
                    contains_text("metrics_alert_open"));
}

TEST_CASE_METHOD(Watched, "two runs over a hundred projects at once open one alert of each", "[alerts]") {
  run_sql(session, "DELETE FROM project");
  for (int i = 0; i < 100; ++i) {
    const auto id = uuid_v5(tidemark_namespace(), std::to_string(i));
    make_project(session, id, "P" + std::to_string(i));
    store_backlog(session, id, 12, now);
  }
  const auto run = [&] { return look(); };
  auto other = std::async(std::launch::async, run);
  const auto report = look();
  const auto second = other.get();
  CHECK(report.opened + second.opened == 100);
  CHECK(report.unchanged + second.unchanged == 100);
  CHECK(sql_value(session, "SELECT count(*) || ' ' || count(DISTINCT project_id) FROM metrics_alert") == "100 100");
}

TEST_CASE_METHOD(Watched, "alerts are answered open and worst first, filtered, and counted in status",
                 "[alerts][ask]") {
  see(12);
  see(1);
  see(50);
  now += 20 * kMinute;
  look();
  views::AlertsQuestion question{"Network", std::nullopt, std::nullopt, "all"};
  const auto all = ask(question).answer;
  REQUIRE(all["alerts"].size() == 3);
  CHECK(all["alerts"][0]["severity"] == "emergency");
  CHECK(all["alerts"][0]["value"] == 50);
  CHECK(all["alerts"][0]["threshold"] == 40);
  CHECK(all["alerts"][0]["context"]["bucket"] == "2024-03-10T00:00:00Z");
  CHECK_FALSE(all["alerts"][0].contains("resolved_at"));
  CHECK(all["alerts"][1]["alert_type"] == "freshness");
  CHECK(all["alerts"][2]["resolved_at"] == "2024-03-10T12:02:00Z");
  CHECK(all["meta"]["as_of"] == "2024-03-10T12:03:00Z");
  question.state = "open";
  CHECK(ask(question).answer["alerts"].size() == 2);
  question.metric = "operational";
  CHECK(ask(question).answer["alerts"].size() == 1);
  question.metric = "backlog";
  question.severity = "warning";
  CHECK(ask(question).answer["alerts"].empty());
  question.severity = "bad";
  CHECK_THROWS_WITH(ask(question), contains_text("allowed: warning, critical, emergency"));
  question.severity.reset();
  question.metric = "backlogs";
  CHECK_THROWS_WITH(ask(question), contains_text("there is no metric 'backlogs'"));
  const auto status = views::status_json(views::read_status(session, now));
  CHECK(status["alerts"].dump() == R"([{"severity":"emergency","open":1},{"severity":"warning","open":1}])");
}

TEST_CASE_METHOD(Watched, "the alerts of a vanished project go with it", "[alerts]") {
  see(12);
  run_sql(session, "DELETE FROM project");
  CHECK(readmodel::delete_vanished_projects(session).size() == 1);
  CHECK(sql_value(session, "SELECT count(*) FROM metrics_alert") == "0");
}

TEST_CASE_METHOD(Watched, "milestones and actions are answered from the newest snapshot", "[alerts][ask]") {
  run_sql(session, R"(
    INSERT INTO milestone (id, project_id, name, sequence, planned_completion_date, created_at, updated_at)
      VALUES ('20000000-0000-0000-0000-000000000001', '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'Late', 1, '2024-03-01',
              '2024-01-01', '2024-01-01'),
             ('20000000-0000-0000-0000-000000000002', '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'Early', 2, NULL,
              '2024-01-01', '2024-01-01');
    INSERT INTO task (id, project_id, milestone_id, title, priority, created_at, updated_at)
      SELECT gen_random_uuid(), '6ac46bcd-c75e-5446-9706-52a6c7155dc9',
             ('20000000-0000-0000-0000-00000000000' || 1 + i % 2)::uuid, 'T' || i, 100, '2024-02-01', '2024-02-01'
      FROM generate_series(0, 24) AS i;
    INSERT INTO event_log (project_id, entity_type, entity_id, event_type, payload, created_at)
      SELECT project_id, 'task', id, 'task.implemented', '{}', '2024-02-10' FROM task;)");
  const auto health = [&] { return views::ask(session, views::HealthQuestion{"Network", std::nullopt}, now).answer; };
  CHECK(health()["milestones"].empty());
  const Instant midnight = bucket_start(Grain::day, now);
  const auto record = [&](Instant as_of) {
    store_backlog(session, kProject, 25, as_of);
    REQUIRE(jobs::run_snapshot({{db.connection(), 2}, as_of, std::nullopt, {}}).failures.empty());
  };
  record(midnight);
  record(midnight + kHour);
  const auto answer = health();
  CHECK(answer["timestamp"] == "2024-03-10T00:00:00Z");
  REQUIRE(answer["milestones"].size() == 2);
  CHECK(answer["milestones"][0]["milestone"] == "Early");
  CHECK(answer["milestones"][0]["status"] == "red");
  CHECK_FALSE(answer["milestones"][0].contains("breach_probability"));
  CHECK(answer["milestones"][1]["planned_completion_date"] == "2024-03-01");
  CHECK(answer["milestones"][1]["breach_probability"] == 1);
  CHECK(answer["milestones"][1]["tasks"]["open"] == 13);
  const auto actions = views::ask(session, views::ActionsQuestion{"Network"}, now).answer;
  CHECK(actions["timestamp"] == "2024-03-10T01:00:00Z");
  REQUIRE(actions["actions"].size() == 1);
  CHECK(actions["actions"][0]["action_type"] == "escalate");
  CHECK(actions["actions"][0]["affected_tasks"].size() == 10);
  record(midnight + 2 * kDay + kHour);  // no first slot since the day before yesterday: nothing is known of milestones
  CHECK(health()["milestones"].empty());
}

TEST_CASE_METHOD(Watched, "open alerts and day series are read by index", "[alerts][plans]") {
  const auto plan_of = [&](const std::string& query) {
    std::string plan;
    pqxx::work tx(session.pqxx_connection());
    tx.exec("SET LOCAL enable_seqscan = off");
    for (const auto& row : tx.exec("EXPLAIN (COSTS OFF) " + query)) plan += std::string{row[0].c_str()} + "\n";
    return plan;
  };
  const std::string project = "'6ac46bcd-c75e-5446-9706-52a6c7155dc9'";
  CHECK_THAT(plan_of("SELECT metric_key FROM metrics_alert WHERE project_id = " + project +
                     " AND resolved_at IS NULL " + "ORDER BY metric_key, alert_type"),
             contains_text("metrics_alert_open"));
  CHECK_THAT(plan_of("SELECT value_numeric FROM metrics_trend_point WHERE project_id = " + project +
                     " AND metric_key = 'wip' AND time_grain = 'day' AND dimensions = '{}' AND time_bucket <= "
                     "'2024-03-10' ORDER BY time_bucket DESC LIMIT 30"),
             contains_text("Index Scan Backward using metrics_trend_point_key"));
}
