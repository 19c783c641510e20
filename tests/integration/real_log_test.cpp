// The real log from import to tables: a second run that writes nothing, and the same tables whatever the order of the
// import. What the rows say is the oracle's to check. Spec: product, promises 1 and 2.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "contracts/error.hpp"
#include "jobs/import/importer.hpp"
#include "jobs/import/log_lines.hpp"
#include "jobs/manual_run.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::jobs;
using namespace tidemark::tests;
namespace fs = std::filesystem;

namespace {

const fs::path kSampleData = TIDEMARK_SOURCE_DIR "/docs/sample-data";
const fs::path kLog = kSampleData / "incident_event_log.csv.gz";
constexpr const char* kAsOf = "2016-05-15T00:00:00Z";

void import_file(const TestDatabase& db, const fs::path& log) {
  const auto rejects = fs::temp_directory_path() / fmt::format("tidemark-rejects-{}.csv", ::getpid());
  import_work_log(db.connection(), {kSampleData / "service-desk.toml", log, rejects}, [](auto, auto, auto) {});
  fs::remove(rejects);
}

ManualRun manual_run(const TestDatabase& db, std::optional<std::string> project = std::nullopt) {
  return {{db.connection(), 2}, at(kAsOf), std::move(project), {}};
}

// Everything but when it was computed, by key.
std::string dump(readmodel::Session& session) {
  std::string text;
  for (const char* sql : {"SELECT md5(string_agg(t::text, E'\\n' ORDER BY project_id, metric_key, time_grain, "
                          "time_bucket, dimensions)) || count(*) "
                          "FROM (SELECT id, project_id, metric_key, time_grain, time_bucket, dimensions, "
                          "value_numeric, value_json FROM metrics_trend_point) t",
                          "SELECT md5(string_agg(t::text, E'\\n' ORDER BY project_id, metric_key, time_grain, "
                          "time_bucket, dimension_key, dimension_value)) "
                          "|| count(*) FROM (SELECT id, project_id, metric_key, time_grain, time_bucket, "
                          "dimension_key, dimension_value, value_numeric, "
                          "value_json FROM metrics_breakdown_point) t",
                          "SELECT md5(string_agg(t::text, E'\\n' ORDER BY project_id, metric_key, entity_type, "
                          "entity_id, time_bucket)) || count(*) "
                          "FROM (SELECT id, project_id, metric_key, entity_type, entity_id, reference_id, time_bucket, "
                          "payload FROM metrics_drilldown) t",
                          "SELECT md5(string_agg(t::text, E'\\n' ORDER BY project_id, captured_at, scope)) || count(*) "
                          "FROM (SELECT id, project_id, "
                          "captured_at, version, scope, payload FROM metrics_summary) t"})
    text += sql_value(session, sql) + " ";
  return text;
}

// Row versions written so far, deleted ones included.
std::string written_versions(readmodel::Session& session) {
  run_sql(session, "SELECT pg_stat_force_next_flush()");
  return sql_value(
      session,
      "SELECT string_agg(relname || ' ' || n_tup_ins || ' ' || n_tup_upd || ' ' || n_tup_del, ', ' ORDER BY relname) "
      "FROM "
      "pg_stat_user_tables WHERE relname IN ('metrics_trend_point', 'metrics_breakdown_point', 'metrics_drilldown', "
      "'metrics_summary', 'metrics_data_version', 'metrics_job_checkpoint', 'metrics_quarantine')");
}

// The log's lines, header first.
std::vector<std::string> log_lines() {
  std::vector<std::string> lines;
  LogLines reader(kLog);
  for (std::string line; reader.next(line);) lines.push_back(line);
  return lines;
}

fs::path write_lines(const std::string& name, const std::vector<std::string>& lines) {
  const auto file = fs::temp_directory_path() / fmt::format("tidemark-{}-{}.csv", name, ::getpid());
  std::ofstream out(file);
  for (const auto& line : lines) out << line << '\n';
  return file;
}

}  // namespace

TEST_CASE("the real log: a second run writes nothing") {
  TestDatabase db;
  import_file(db, kLog);
  const auto first = run_full_refresh(manual_run(db));
  REQUIRE(first.report.failures.empty());
  CHECK(first.report.written() > 100'000);
  CHECK(first.report.deleted() == 0);
  const auto snapshots = run_snapshot(manual_run(db));
  CHECK(snapshots.summary.written == static_cast<std::int64_t>(snapshots.projects));

  readmodel::Session session(db.connection());
  const auto versions = written_versions(session);
  const auto second = run_full_refresh(manual_run(db));
  CHECK(second.report.written() == 0);
  CHECK(second.report.deleted() == 0);
  CHECK(second.report.unchanged() == first.report.written());
  CHECK(run_snapshot(manual_run(db)).summary.unchanged == snapshots.summary.written);
  CHECK(written_versions(session) == versions);
}

TEST_CASE("two orders of import give byte-identical tables") {
  auto lines = log_lines();
  const std::string header = lines.front();
  // One incident in five, all of its lines: enough projects, a fifth of the time.
  std::erase_if(lines, [&](const std::string& line) {
    return line != header && std::hash<std::string>{}(line.substr(0, 10)) % 5 != 0;
  });
  REQUIRE(lines.size() > 10'000);
  lines.erase(lines.begin());
  const auto with_header = [&](std::vector<std::string> some) {
    some.insert(some.begin(), header);
    return some;
  };

  TestDatabase in_order;
  const auto whole = write_lines("whole", with_header(lines));
  import_file(in_order, whole);

  std::shuffle(lines.begin(), lines.end(), std::mt19937_64{20160515});
  const auto middle = lines.begin() + static_cast<std::ptrdiff_t>(lines.size() / 3);
  const auto later = write_lines("later", with_header({middle, lines.end()}));
  const auto earlier = write_lines("earlier", with_header({lines.begin(), middle}));
  TestDatabase shuffled;
  import_file(shuffled, later);
  import_file(shuffled, earlier);

  std::vector<std::string> dumps;
  for (const auto* db : {&in_order, &shuffled}) {
    REQUIRE(run_full_refresh(manual_run(*db)).report.failures.empty());
    run_snapshot(manual_run(*db));
    readmodel::Session session(db->connection());
    dumps.push_back(dump(session));
  }
  CHECK(dumps[0] == dumps[1]);
  for (const auto& file : {whole, later, earlier}) fs::remove(file);
}

TEST_CASE("a broken row of each kind ends in quarantine with its reason, and the rest is computed") {
  TestDatabase db;
  readmodel::Session session(db.connection());
  run_sql(session, R"(
    INSERT INTO project (id, name, status, created_at, updated_at)
      VALUES ('00000000-0000-0000-0000-0000000000a1', 'Broken', 'active', '2016-05-01', '2016-05-01');
    INSERT INTO task (id, project_id, short_id, title, state, work_spec, task_class, created_at, updated_at)
      VALUES ('00000000-0000-0000-0000-0000000000b1', '00000000-0000-0000-0000-0000000000a1', 'T1', 'One', 'ready', '{}', 'bug',
              '2016-05-01', '2016-05-01');
    INSERT INTO event_log (project_id, entity_type, entity_id, event_type, payload, created_at) VALUES
      ('00000000-0000-0000-0000-0000000000a1', 'task', '00000000-0000-0000-0000-0000000000b1', 'task.state_changed',
       '{"to_state": {"is": "ready"}}', '2016-05-02'),
      ('00000000-0000-0000-0000-0000000000a1', 'task', '00000000-0000-0000-0000-0000000000b1', 'task.state_changed',
       '{"to_state": "-100"}', '2016-05-02'),
      ('00000000-0000-0000-0000-0000000000a1', 'task', '00000000-0000-0000-0000-0000000000ff', 'task.state_changed',
       '{"to_state": "ready"}', '2016-05-02'),
      ('00000000-0000-0000-0000-0000000000a1', 'task', '00000000-0000-0000-0000-0000000000b1', 'task.state_changed',
       '{"to_state": "ready"}', '2999-01-01'),
      ('00000000-0000-0000-0000-0000000000a1', 'task', '00000000-0000-0000-0000-0000000000b1', 'task.state_changed',
       '{"to_state": "in_progress"}', '2016-05-03');)");
  const auto outcome = run_full_refresh(manual_run(db));
  CHECK(outcome.report.failures.empty());
  CHECK(sql_value(session,
                  "SELECT string_agg(reason, '; ' ORDER BY source_key::bigint) FROM metrics_quarantine WHERE "
                  "resolved_at IS NULL "
                  "AND source = 'event_log' AND raw_row IS NOT NULL") ==
        R"(payload.to_state '{"is": "ready"}' is not a task state; payload.to_state '-100' is not a task state; )"
        "task 00000000-0000-0000-0000-0000000000ff does not exist in this project; "
        "created_at 2999-01-01T00:00:00Z is more than a day ahead of the database's clock");
  CHECK(sql_value(session,
                  "SELECT value_numeric FROM metrics_trend_point WHERE metric_key = 'wip' AND time_grain = 'day' AND "
                  "dimensions "
                  "= '{}' AND time_bucket = '2016-05-14'") == "1");

  // Mended at the source, the rows leave the quarantine with the next run.
  run_sql(session, "DELETE FROM event_log WHERE payload->>'to_state' IS DISTINCT FROM 'in_progress'");
  run_full_refresh(manual_run(db));
  CHECK(sql_value(session, "SELECT count(*) FROM metrics_quarantine WHERE resolved_at IS NULL") == "0");
}

TEST_CASE("rows that are no longer produced are deleted, those of vanished projects too") {
  TestDatabase db;
  readmodel::Session session(db.connection());
  run_sql(session, R"(
    INSERT INTO project (id, name, status, created_at, updated_at)
      VALUES ('00000000-0000-0000-0000-0000000000a1', 'One', 'active', '2016-05-01', '2016-05-01');
    INSERT INTO task (id, project_id, short_id, title, state, work_spec, task_class, created_at, updated_at)
      SELECT ('00000000-0000-0000-0000-0000000000b' || n)::uuid, '00000000-0000-0000-0000-0000000000a1', 'T' || n, 'Task', 'ready', '{}',
             'bug', ('2016-05-0' || n)::timestamptz, '2016-05-01' FROM generate_series(1, 3) AS n;)");
  const auto before = run_full_refresh(manual_run(db, "One"));
  run_sql(session, "DELETE FROM task WHERE short_id = 'T3'");
  const auto after = run_full_refresh(manual_run(db, "One"));
  CHECK(after.report.deleted() > 0);
  CHECK(sql_value(
            session,
            "SELECT count(*) FROM metrics_trend_point WHERE metric_key = 'arrivals' AND time_bucket = '2016-05-03'") ==
        "0");
  CHECK(after.report.written() + after.report.unchanged() == before.report.written() - after.report.deleted());
  CHECK_THROWS_AS(run_full_refresh(manual_run(db, "Nobody")), Error);
}

TEST_CASE("what concerns every project ends a run with one error, and an as-of far ahead is refused") {
  TestDatabase db;
  readmodel::Session session(db.connection());
  run_sql(session, R"(
    INSERT INTO project (id, name, status, created_at, updated_at)
      SELECT ('00000000-0000-0000-0000-0000000000a' || n)::uuid, 'P' || n, 'active', '2016-05-01', '2016-05-01'
      FROM generate_series(1, 9) AS n;
    ALTER TABLE event_log RENAME TO somewhere_else;)");
  CHECK_THROWS_WITH(run_full_refresh(manual_run(db)), contains_text("event_log"));
  CHECK(sql_value(session, "SELECT count(*) FROM metrics_job_run") == "0");  // refused before it began
  run_sql(session, "ALTER TABLE somewhere_else RENAME TO event_log; DROP TABLE metrics_breakdown_point");
  CHECK_THROWS_AS(run_full_refresh(manual_run(db)), Error);
  CHECK(sql_value(session, "SELECT status FROM metrics_job_run") == "failed");
  auto far = manual_run(db);
  far.as_of = at("9999-12-31T00:00:00Z");
  CHECK_THROWS_AS(run_full_refresh(far), Error);
}
