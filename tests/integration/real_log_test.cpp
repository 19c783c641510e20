// The real log from import to tables: metrics against plain SQL that a reader can check by eye, a second run that
// writes nothing, and the same tables whatever the order of the import. Spec: quality, "oracle"; product, promises 1
// and 2.
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

// The state intervals of every task as SQL sees them. The log's leases never alter a timeline, so events are enough.
constexpr const char* kIntervals = R"(
CREATE TEMPORARY TABLE spans AS
WITH moves AS (
  SELECT e.project_id, e.entity_id AS task, greatest(e.created_at, t.created_at) AS at, e.payload->>'to_state' AS state,
         row_number() OVER (PARTITION BY e.entity_id ORDER BY e.created_at, (e.payload->>'sequence')::int, e.id) AS n
  FROM event_log e JOIN task t ON t.id = e.entity_id
  WHERE e.created_at <= '{0}' AND t.created_at <= '{0}'),
changes AS (
  SELECT *, lag(state) OVER (PARTITION BY task ORDER BY n) AS before FROM moves)
SELECT project_id, task, n, state, at AS since, lead(at) OVER (PARTITION BY task ORDER BY n) AS until
FROM changes WHERE state IS DISTINCT FROM before;
CREATE INDEX ON spans (task);
CREATE TEMPORARY TABLE finished AS
  SELECT s.project_id, s.task, s.since AS completed, t.created_at AS created, t.priority, t.task_class,
         (SELECT min(since) FROM spans c WHERE c.task = s.task AND c.state IN ('claimed', 'in_progress')) AS claimed
  FROM spans s JOIN task t ON t.id = s.task WHERE s.until IS NULL AND s.state = 'integrated';
-- The days of each project from its first fact on; `cut` is the first instant that no longer counts.
CREATE TEMPORARY TABLE days AS
  SELECT f.project_id, day, least(day + interval '1 day', '{0}'::timestamptz + interval '1 microsecond') AS cut
  FROM (SELECT project_id, min(created_at) AS first FROM task WHERE created_at <= '{0}' GROUP BY 1) f,
       generate_series(date_trunc('day', f.first), '{0}', interval '1 day') AS day;
)";

// What one query says a metric's rows are: project_id, bucket, name (of the dimension value; '' for all), value.
struct Check {
  const char* metric;
  const char* grain;
  const char* dimension;  // empty: undivided
  const char* field;      // of value_json; empty: value_numeric
  const char* expected;
};

const std::vector<Check>& checks() {
  static const std::vector<Check> list{
      {"arrivals", "day", "", "",
       "SELECT project_id, date_trunc('day', created_at), '', count(*) FROM task "
       "WHERE created_at <= '{0}' GROUP BY 1, 2"},
      {"throughput", "hour", "", "",
       "SELECT project_id, date_trunc('hour', completed), '', count(*) FROM finished GROUP BY 1, 2"},
      {"throughput", "week", "task_class", "",
       "SELECT project_id, date_trunc('week', completed), coalesce(task_class, 'other'), count(*) FROM finished GROUP "
       "BY 1, 2, 3"},
      {"lead_time", "day", "", "",
       "SELECT project_id, date_trunc('day', completed), '', percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch "
       "FROM "
       "completed - created)::float8 / 60) FROM finished GROUP BY 1, 2"},
      {"lead_time", "month", "", "p90_minutes",
       "SELECT project_id, date_trunc('month', completed), '', percentile_cont(0.9) WITHIN GROUP (ORDER BY "
       "extract(epoch FROM "
       "completed - created)::float8 / 60) FROM finished GROUP BY 1, 2"},
      {"cycle_time", "week", "", "avg_minutes",
       "SELECT project_id, date_trunc('week', completed), '', avg(extract(epoch FROM completed - claimed) / 60) FROM "
       "finished "
       "WHERE claimed IS NOT NULL GROUP BY 1, 2"},
      {"time_in_state", "month", "state", "",
       "SELECT project_id, month, state, percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes) FROM (SELECT "
       "f.project_id, "
       "date_trunc('month', f.completed) AS month, p.state, sum(extract(epoch FROM p.until - p.since))::float8 / 60 AS "
       "minutes "
       "FROM finished f JOIN (SELECT task, state, since, until FROM spans WHERE until IS NOT NULL UNION ALL "
       "SELECT s.task, 'backlog', t.created_at, min(s.since) FROM spans s JOIN task t ON t.id = s.task GROUP BY 1, 2, "
       "3) p "
       "ON p.task = f.task GROUP BY 1, 2, 3, f.task) x GROUP BY 1, 2, 3"},
      {"rework", "day", "", "",
       "SELECT project_id, date_trunc('day', until), '', count(*) FROM spans WHERE state = 'integrated' AND until IS "
       "NOT NULL "
       "GROUP BY 1, 2"},
      {"wip", "day", "", "",
       "SELECT d.project_id, d.day, '', count(s.task) FROM days d LEFT JOIN spans s ON s.project_id = d.project_id AND "
       "s.since < d.cut "
       "AND (s.until IS NULL OR s.until >= d.cut) AND s.state IN ('claimed', 'in_progress', 'blocked', 'implemented', "
       "'awaiting_review') GROUP BY 1, 2"},
      {"blocked", "day", "", "",
       "SELECT d.project_id, d.day, '', (count(*) FILTER (WHERE s.state = 'blocked'))::float8 / nullif(count(s.task), "
       "0) FROM days d "
       "LEFT JOIN spans s ON s.project_id = d.project_id AND s.since < d.cut AND (s.until IS NULL OR s.until >= d.cut) "
       "AND "
       "s.state IN ('claimed', 'in_progress', 'blocked', 'implemented', 'awaiting_review') GROUP BY 1, 2"},
      {"backlog", "day", "", "avg_age_hours",
       "SELECT d.project_id, d.day, '', avg(extract(epoch FROM least(d.day + interval '1 day', '{0}') - s.since)) / "
       "3600 FROM days d "
       "LEFT JOIN spans s ON s.project_id = d.project_id AND s.since < d.cut AND (s.until IS NULL OR s.until >= d.cut) "
       "AND "
       "s.state = 'implemented' GROUP BY 1, 2"},
      {"state_distribution", "day", "state", "",
       "SELECT d.project_id, d.day, s.state, count(*) FROM days d JOIN (SELECT project_id, task, state, since, until "
       "FROM spans "
       "UNION ALL SELECT t.project_id, t.id, 'backlog', t.created_at, (SELECT min(since) FROM spans WHERE task = t.id) "
       "FROM task t "
       "WHERE t.created_at <= '{0}') s ON s.project_id = d.project_id AND s.since < d.cut AND (s.until IS NULL OR "
       "s.until >= d.cut) "
       "GROUP BY 1, 2, 3"},
      {"gate_latency", "day", "", "",
       "SELECT project_id, date_trunc('day', created_at), '', avg(extract(epoch FROM created_at - (SELECT "
       "max(l.created_at) FROM "
       "gate_candidate_link l WHERE l.candidate_task_id = g.task_id AND l.created_at <= g.created_at)) / 60) FROM "
       "gate_decision g "
       "WHERE created_at <= '{0}' GROUP BY 1, 2"},
      {"integration_outcomes", "week", "", "",
       "SELECT project_id, date_trunc('week', coalesce(ended_at, started_at)), '', (count(*) FILTER (WHERE result = "
       "'success'))::float8 / count(*) FROM integration_attempt WHERE coalesce(ended_at, started_at) <= '{0}' GROUP BY "
       "1, 2"},
      {"flow_efficiency_score", "week", "", "",
       "SELECT project_id, week, '', 100 * coalesce(sum(inside) FILTER (WHERE state IN ('claimed', 'in_progress')), 0) "
       "/ sum(inside) FROM (SELECT "
       "s.project_id, w.week, s.state, extract(epoch FROM least(coalesce(s.until, 'infinity'), w.week + interval '7 "
       "days', '{0}') - "
       "greatest(s.since, w.week))::float8 AS inside FROM spans s, generate_series('2016-02-22'::timestamptz, '{0}', "
       "interval "
       "'7 days') AS w(week) WHERE s.state IN ('ready', 'claimed', 'in_progress', 'implemented', 'blocked')) x WHERE "
       "inside > 0 "
       "GROUP BY 1, 2"},
      {"active_value_delivery_rate", "day", "", "",
       "SELECT d.project_id, d.day, '', coalesce(sum(CASE WHEN f.task IS NULL THEN 0 WHEN f.priority <= 25 THEN 4 WHEN "
       "f.priority <= 50 THEN 2 WHEN f.priority "
       "<= 100 THEN 1 ELSE 0.5 END), 0) / 7 FROM days d LEFT JOIN finished f ON f.project_id = d.project_id AND "
       "f.completed < d.cut "
       "AND f.completed >= least(d.day + interval '1 day', '{0}') - interval '7 days' GROUP BY 1, 2"},
  };
  return list;
}

// Rows of one side without an equal of the other, and how many were compared.
std::string comparison_sql(const Check& check) {
  const std::string dimensions =
      *check.dimension == '\0' ? "'{}'::jsonb" : fmt::format("jsonb_build_object('{}', e.name)", check.dimension);
  const std::string value =
      *check.field == '\0' ? "p.value_numeric" : fmt::format("(p.value_json->>'{}')::float8", check.field);
  const std::string other =
      *check.dimension == '\0' ? "p.dimensions = '{}'" : fmt::format("p.dimensions ? '{}'", check.dimension);
  std::string expected = check.expected;
  for (auto at = expected.find("{0}"); at != std::string::npos; at = expected.find("{0}"))
    expected.replace(at, 3, kAsOf);
  return fmt::format(
      "WITH e(project_id, bucket, name, value) AS ({}), both_sides AS (SELECT e.project_id AS expected, p.project_id "
      "AS found, "
      "e.value::float8 AS a, {} AS b FROM e FULL JOIN (SELECT * FROM metrics_trend_point p WHERE metric_key = '{}' AND "
      "time_grain = "
      "'{}' AND {}) p ON p.project_id = e.project_id AND p.time_bucket = e.bucket AND p.dimensions = {}) SELECT "
      "count(*) FILTER "
      "(WHERE expected IS NULL OR found IS NULL OR (a IS NULL) <> (b IS NULL) OR abs(a - b) > 1e-9 * greatest(1, "
      "abs(a))) || ' of ' "
      "|| count(*) FROM both_sides",
      expected, value, check.metric, check.grain, other, dimensions);
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

TEST_CASE("the real log: every metric checked equals plain SQL, and a second run writes nothing") {
  TestDatabase db;
  import_file(db, kLog);
  const auto first = run_full_refresh(manual_run(db));
  REQUIRE(first.report.failures.empty());
  CHECK(first.report.written() > 100'000);
  CHECK(first.report.deleted() == 0);
  const auto snapshots = run_snapshot(manual_run(db));
  CHECK(snapshots.summary.written == static_cast<std::int64_t>(snapshots.projects));

  readmodel::Session session(db.connection());
  std::string intervals = kIntervals;
  for (auto at = intervals.find("{0}"); at != std::string::npos; at = intervals.find("{0}"))
    intervals.replace(at, 3, kAsOf);
  run_sql(session, intervals + "ANALYZE spans; ANALYZE finished; ANALYZE days;");
  for (const auto& check : checks()) {
    const auto result = sql_value(session, comparison_sql(check));
    INFO(check.metric << " by " << check.grain << " " << check.dimension << ": differences " << result);
    CHECK(result.substr(0, 5) == "0 of ");
    CHECK(result != "0 of 0");
  }

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
  CHECK_THROWS_AS(run_full_refresh(manual_run(db)), Error);
  CHECK(sql_value(session, "SELECT status FROM metrics_job_run") == "failed");
  auto far = manual_run(db);
  far.as_of = at("9999-12-31T00:00:00Z");
  CHECK_THROWS_AS(run_full_refresh(far), Error);
}
