// The stores beside the points: quarantine, summaries, the ledger of runs, and what goes with a vanished project.
#include "readmodel/project_writer.hpp"
#include "readmodel/quarantine_store.hpp"
#include "readmodel/run_ledger.hpp"
#include "readmodel/summary_store.hpp"
#include "readmodel/vanished_projects.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::readmodel;
using namespace tidemark::tests;

namespace {

const Uuid kProject = *parse_uuid("6ac46bcd-c75e-5446-9706-52a6c7155dc9");
const Instant kAsOf = Day{std::chrono::year{2024} / 3 / 1};

void make_project(Session& session) {
  run_sql(session,
          "INSERT INTO project (id, name, status, created_at, updated_at) VALUES "
          "('6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'Network', 'active', '2024-01-01', '2024-01-01')");
}

// A row in each of the three tables.
ProjectRows make_rows() {
  ProjectRows rows;
  rows.trend.push_back({{}, "wip", Grain::day, kAsOf, {}, {1.0, R"({"sample_size": 1})"}});
  rows.breakdown.push_back({{}, "wip", Grain::day, kAsOf, "priority", "P0", {1.0, R"({"count": 1})"}});
  rows.drilldown.push_back({{}, "wip", "task", kProject, std::nullopt, std::nullopt, R"({"value": 1.5})"});
  assign_ids(kProject, rows);
  return rows;
}

}  // namespace

TEST_CASE("an entry of quarantine opens once, is renewed daily, and is resolved", "[quarantine]") {
  TestDatabase db;
  Session session(db.connection());
  make_project(session);
  run_sql(session,
          "INSERT INTO event_log (id, project_id, entity_type, event_type, payload, created_at) VALUES "
          "(17, '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'task', 'task.lost', '{\"a\": 1}', '2024-01-01')");
  const std::vector<QuarantineRow> rows{{"event_log", "17", "no such state"}, {"task", to_string(kProject), "gone"}};
  const auto start = at("2024-02-01T00:00:00Z");
  CHECK(store_quarantine(session, {kProject, start}, rows) == 2);
  CHECK(sql_value(session, "SELECT raw_row ->> 'event_type' FROM metrics_quarantine WHERE source_key = '17'") ==
        "task.lost");
  CHECK(sql_value(session, "SELECT raw_row FROM metrics_quarantine WHERE source = 'task'") == "NULL");
  CHECK(store_quarantine(session, {kProject, start + kHour}, rows) == 0);
  CHECK(store_quarantine(session, {kProject, start + kDay}, rows) == 2);
  CHECK(sql_value(session, "SELECT DISTINCT (first_seen, last_seen)::text FROM metrics_quarantine") ==
        "(\"2024-02-01 00:00:00+00\",\"2024-02-02 00:00:00+00\")");
  CHECK(store_quarantine(session, {kProject, start + kDay}, {{"event_log", "17", "another reason"}}) == 2);
  CHECK(sql_value(session, "SELECT count(*) FROM metrics_quarantine WHERE resolved_at IS NULL") == "1");
  CHECK(store_quarantine(session, {kProject, start + 2 * kDay}, {}) == 1);
  CHECK(store_quarantine(session, {kProject, start + 3 * kDay}, {}) == 0);
  CHECK(store_quarantine(session, {kProject, start + 4 * kDay}, rows) == 2);
  CHECK(sql_value(session,
                  "SELECT count(*) FROM metrics_quarantine WHERE resolved_at IS NULL "
                  "AND first_seen = '2024-02-01'") == "2");
  CHECK(store_quarantine(session, {kProject, start + 4 * kDay}, {{"event_log", "x", "?"}, {"task", "T-1", "?"}}) == 4);
  CHECK(store_quarantine(session, {std::nullopt, start}, {{"project", "odd", "id 'odd' is not a UUID"}}) == 1);
  CHECK(store_quarantine(session, {std::nullopt, start}, {{"project", "odd", "id 'odd' is not a UUID"}}) == 0);
}

TEST_CASE("a summary is written once per instant and scope", "[summary]") {
  TestDatabase db;
  Session session(db.connection());
  make_project(session);
  const auto row = [](const Dimensions& scope, const std::string& payload) {
    return SummaryRow{summary_id(kProject, kAsOf, scope), kAsOf, scope.stored_form(), payload};
  };
  const SummaryWrite write{kProject, kAsOf, at("2024-03-02T00:00:00Z")};
  std::vector<SummaryRow> rows{row({}, R"({"a": 1})"), row({"milestone", "M1"}, R"({"a": 2})")};
  CHECK(write_summaries(session, write, rows).written == 2);
  const auto xmin = "SELECT string_agg(xmin::text, ',' ORDER BY id) FROM metrics_summary";
  const auto before = sql_value(session, xmin);
  CHECK(write_summaries(session, write, rows).unchanged == 2);
  CHECK(sql_value(session, xmin) == before);
  rows.pop_back();
  rows[0].payload = R"({"a": 3})";
  const auto counts = write_summaries(session, write, rows);
  CHECK(counts.written == 1);
  CHECK(counts.deleted == 1);
}

TEST_CASE("a slot runs once, and rows of a vanished project go", "[ledger]") {
  TestDatabase db;
  Session session(db.connection());
  make_project(session);
  write_project(session, {kProject, kAsOf, {kAsOf, std::nullopt}, std::nullopt}, make_rows());
  CHECK(delete_vanished_projects(session).empty());

  RunStart run{kProject, "refresh", "full", kAsOf, "slot", kAsOf, at("2024-03-02T00:00:00Z"), "host:1"};
  const auto id = start_run(session, run);
  REQUIRE(id);
  run.started_at += kMinute;
  CHECK_FALSE(start_run(session, run));
  RunResult result;
  result.rows_written = 14;
  result.finished_at = run.started_at;
  finish_run(session, *id, result);
  CHECK(sql_value(session, "SELECT status || rows_written FROM metrics_job_run") == "succeeded14");

  run_sql(session, "ALTER TABLE metrics_trend_point DROP CONSTRAINT metrics_trend_point_project");
  run_sql(session, "DELETE FROM project");
  CHECK(delete_vanished_projects(session) == std::vector<Uuid>{kProject});
  CHECK(sql_value(session, "SELECT count(*) FROM metrics_trend_point") == "0");
  CHECK(sql_value(session, "SELECT count(*) FROM metrics_job_checkpoint") == "0");
  CHECK(sql_value(session, "SELECT count(*) FROM metrics_job_run") == "1");
  CHECK(delete_vanished_projects(session).empty());
}
