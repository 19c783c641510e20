#include "plans/large_tables.hpp"

#include <map>
#include <regex>
#include <string>

#include "support/sql.hpp"
#include "support/vacuum.hpp"

namespace tidemark::tests {
namespace {

std::string filled(std::string sql, const Scale& scale) {
  const std::map<std::string, int> values{{"PROJECTS", scale.projects},
                                          {"METRICS", scale.metrics},
                                          {"SNAPSHOTS", scale.snapshots},
                                          {"LARGE_ENTITIES", scale.large_entities},
                                          {"ENTITIES", scale.entities}};
  for (const auto& [name, value] : values)
    sql = std::regex_replace(sql, std::regex{"\\b" + name + "\\b"}, std::to_string(value));
  return sql;
}

// A metric: 90 days whole and by 39 values of four dimensions, 100 weeks by 9 values and whole, 400 hours.
constexpr const char* kTrend = R"(
  INSERT INTO metrics_trend_point
  SELECT md5(concat_ws('/', 'trend', p, m, b.time_grain, b.start, b.dimensions))::uuid, md5('project ' || p)::uuid,
         'metric_' || m, b.time_grain, b.start, b.dimensions, hashint4(p + m) % 1000,
         jsonb_build_object('sample_size', p, 'avg', m * 1.5, 'p50', 12.25, 'p75', 17.5, 'p90', 33.125), '2024-04-01Z'
  FROM generate_series(1, PROJECTS) AS p, generate_series(1, METRICS) AS m, (
    SELECT 'day'::metrics_time_grain AS time_grain, timestamptz '2024-01-01Z' + d * interval '1 day' AS start,
           CASE v WHEN 0 THEN '{}' ELSE jsonb_build_object((ARRAY['phase', 'milestone', 'assignee', 'task_class'])[v % 4 + 1],
                                                           'value ' || v) END AS dimensions
    FROM generate_series(0, 89) AS d, generate_series(0, 39) AS v
    UNION ALL
    SELECT 'week', timestamptz '2022-01-03Z' + w * interval '7 days',
           CASE v WHEN 0 THEN '{}' ELSE jsonb_build_object('phase', 'value ' || v) END
    FROM generate_series(0, 99) AS w, generate_series(0, 9) AS v
    UNION ALL
    SELECT 'hour', timestamptz '2024-03-14Z' + h * interval '1 hour', '{}' FROM generate_series(0, 399) AS h) AS b
  ORDER BY p, m)";

constexpr const char* kBreakdown = R"(
  INSERT INTO metrics_breakdown_point
  SELECT md5(concat_ws('/', 'breakdown', p, m, d, v))::uuid, md5('project ' || p)::uuid, 'metric_' || m, 'day',
         timestamptz '2024-01-01Z' + d * interval '1 day', (ARRAY['phase', 'assignee', 'priority'])[v % 3 + 1],
         'value ' || v, v, jsonb_build_object('sample_size', v), '2024-04-01Z'
  FROM generate_series(1, PROJECTS) AS p, generate_series(1, METRICS) AS m, generate_series(0, 89) AS d,
       generate_series(0, 21) AS v
  ORDER BY p, m)";

constexpr const char* kDrilldown = R"(
  INSERT INTO metrics_drilldown
  SELECT md5(concat_ws('/', 'drilldown', p, m, e))::uuid, md5('project ' || p)::uuid, 'metric_' || m, 'task',
         CASE WHEN e % 10 > 0 THEN md5('task ' || e)::uuid END, CASE WHEN e % 10 = 0 THEN 'T-' || e END,
         timestamptz '2024-03-01Z' + (e % 30) * interval '1 day',
         jsonb_build_object('value', hashint4(e) % 100000, 'task_id', 'T-' || e, 'task_title', 'Task ' || e,
                            'timestamp', to_char(timestamptz '2024-03-01Z' + (e % 30) * interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                            'context', jsonb_build_object('phase', 'value ' || e % 10, 'state', 'integrated',
                                                          'milestone', 'M' || e % 7, 'assignee', 'dev ' || e % 20,
                                                          'task_class', 'bug'),
                            'contributing_factors', '[]'::jsonb), '2024-04-01Z'
  FROM generate_series(1, PROJECTS) AS p, generate_series(1, METRICS) AS m,
       generate_series(1, CASE WHEN p = 1 AND m = 1 THEN LARGE_ENTITIES ELSE ENTITIES END) AS e
  ORDER BY p, m)";

constexpr const char* kSummaries = R"(
  INSERT INTO metrics_summary
  SELECT md5(concat_ws('/', 'summary', p, s))::uuid, md5('project ' || p)::uuid,
         timestamptz '2024-01-01Z' + s * interval '15 minutes', '1.0', '{}',
         jsonb_build_object('north_star', '{}'::jsonb, 'operational', repeat('x', 1000)), '2024-04-01Z'
  FROM generate_series(1, PROJECTS) AS p, generate_series(1, SNAPSHOTS) AS s
  ORDER BY p)";

constexpr const char* kVersions = R"(
  INSERT INTO metrics_data_version
  SELECT md5('project ' || p)::uuid, f, 1, '2024-04-01Z', NULL, '', '2024-04-01Z'
  FROM generate_series(1, PROJECTS) AS p, unnest(ARRAY['north_star', 'operational']) AS f)";

constexpr const char* kRuns = R"(
  INSERT INTO metrics_job_run (id, job, mode, status, started_at, finished_at)
  SELECT md5('run ' || n)::uuid, (ARRAY['refresh', 'snapshot', 'reconcile'])[n % 3 + 1], 'full', 'succeeded',
         timestamptz '2024-01-01Z' + n * interval '2 minutes', timestamptz '2024-01-01Z' + n * interval '2 minutes'
  FROM generate_series(1, 50000) AS n)";

constexpr const char* kQuarantine = R"(
  INSERT INTO metrics_quarantine (id, project_id, source, source_key, reason, first_seen, last_seen, resolved_at)
  SELECT md5('entry ' || n)::uuid, md5('project ' || n % 30)::uuid, 'task', n::text, 'a reason', '2024-01-01Z',
         timestamptz '2024-01-01Z' + n * interval '2 minutes', CASE WHEN n % 2 = 0 THEN timestamptz '2024-04-01Z' END
  FROM generate_series(1, 50000) AS n)";

}  // namespace

void fill_tables(readmodel::Session& session, const Scale& scale) {
  run_sql(session,
          "ALTER TABLE metrics_summary DROP CONSTRAINT metrics_summary_project;"
          "ALTER TABLE metrics_trend_point DROP CONSTRAINT metrics_trend_point_project;"
          "ALTER TABLE metrics_breakdown_point DROP CONSTRAINT metrics_breakdown_point_project;"
          "ALTER TABLE metrics_drilldown DROP CONSTRAINT metrics_drilldown_project");
  for (const auto* rows : {kTrend, kBreakdown, kDrilldown, kSummaries, kVersions, kRuns, kQuarantine})
    run_sql(session, filled(rows, scale));
  vacuum(session);
}

}  // namespace tidemark::tests
