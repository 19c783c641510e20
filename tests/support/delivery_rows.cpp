#include "support/delivery_rows.hpp"

#include <nlohmann/json.hpp>

#include "jobs/manual_run.hpp"
#include "support/catch.hpp"

namespace tidemark::tests {
namespace {

constexpr const char* kAsOf = "2024-03-10T00:05:00Z";

constexpr const char* kDump = R"(
  SELECT concat_ws(' ', 'trend', metric_key, time_grain, to_char(time_bucket, 'YYYY-MM-DD"T"HH24'), dimensions),
         id || ' ' || coalesce(value_numeric::text, 'NULL') || ' ' || value_json
  FROM metrics_trend_point
  UNION ALL
  SELECT concat_ws(' ', 'breakdown', metric_key, to_char(time_bucket, 'YYYY-MM-DD'), dimension_key, dimension_value),
         id || ' ' || coalesce(value_numeric::text, 'NULL') || ' ' || value_json
  FROM metrics_breakdown_point
  UNION ALL
  SELECT concat_ws(' ', 'drilldown', metric_key, entity_type, entity_id, reference_id,
                   to_char(time_bucket, 'YYYY-MM-DD')), id || ' ' || payload
  FROM metrics_drilldown
  UNION ALL
  SELECT concat('summary ', s.scope, ' ', part.key, '.', member.key), member.value::text
  FROM metrics_summary AS s, jsonb_each(s.payload) AS part, jsonb_each(part.value) AS member)";

}  // namespace

// Task i is created i hours into 20 February. Odd ones are claimed by a lease alone, even ones by an event that names
// who. 1 to 16 are integrated, 17 to 20 wait implemented; of the 20 submitted to the gate, 15 to 20 are undecided.
const char* const kDeliveryRows = R"(
CREATE FUNCTION pg_temp.key(kind text, n bigint) RETURNS uuid LANGUAGE sql AS $$ SELECT md5(kind || n)::uuid $$;
CREATE FUNCTION pg_temp.made(n bigint) RETURNS timestamptz LANGUAGE sql
  AS $$ SELECT timestamptz '2024-02-20Z' + n * interval '1 hour' $$;
CREATE FUNCTION pg_temp.implemented(n bigint) RETURNS timestamptz LANGUAGE sql
  AS $$ SELECT pg_temp.made(n) + interval '1 day' + n * interval '6 hours' $$;
CREATE FUNCTION pg_temp.integrated(n bigint) RETURNS timestamptz LANGUAGE sql
  AS $$ SELECT pg_temp.made(n) + interval '2 days' + n * interval '18 hours' $$;

INSERT INTO project (id, name, status, created_at, updated_at)
  VALUES ('6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'Network', 'active', '2024-01-01Z', '2024-01-01Z');
INSERT INTO phase SELECT pg_temp.key('phase', n), p.id, 'Phase ' || n, n, p.created_at, p.created_at
  FROM project p, generate_series(0, 1) n;
INSERT INTO milestone (id, project_id, name, sequence, planned_start_date, planned_completion_date,
                       actual_completion_date, created_at, updated_at)
  SELECT pg_temp.key('milestone', n), p.id, 'M' || n, n, (ARRAY['2024-02-01', '2024-02-05', '2024-03-01'])[n + 1]::date,
         (ARRAY['2024-03-05', '2024-03-08', '2024-03-06'])[n + 1]::date, CASE n WHEN 0 THEN date '2024-03-06' END,
         p.created_at, p.created_at
  FROM project p, generate_series(0, 2) n;
INSERT INTO task (id, project_id, phase_id, milestone_id, short_id, title, priority, task_class, capability_tags,
                  created_at, updated_at)
  SELECT pg_temp.key('task', n), p.id, CASE WHEN n % 3 > 0 THEN pg_temp.key('phase', n % 2) END,
         CASE WHEN n % 4 > 0 THEN pg_temp.key('milestone', CASE WHEN n < 9 THEN 1 ELSE n % 3 END) END,
         CASE WHEN n < 24 THEN 'T-' || n END,
         'Task ' || n, n * 10, CASE n % 3 WHEN 0 THEN NULL WHEN 1 THEN 'bug' ELSE 'feature' END,
         CASE n % 2 WHEN 0 THEN '{}' ELSE '{db,ui}' END::text[], pg_temp.made(n), pg_temp.made(n)
  FROM project p, generate_series(1, 24) n;

INSERT INTO event_log (project_id, entity_type, entity_id, event_type, payload, caused_by, created_at)
  SELECT p.id, 'task', pg_temp.key('task', n), 'task.state_changed',
         jsonb_build_object('to_state', e.state, 'reason', e.reason), e.who, e.at
  FROM project p, generate_series(1, 24) n,
  LATERAL (VALUES ('ready', NULL, NULL, pg_temp.made(n) + interval '2 hours', true),
                  ('claimed', NULL, 'dev' || n % 3, pg_temp.made(n) + interval '6 hours', n % 2 = 0),
                  ('blocked', 'supplier', NULL, pg_temp.made(n) + interval '10 hours', n % 5 = 0),
                  ('in_progress', NULL, 'dev' || n % 3, pg_temp.made(n) + interval '20 hours', n % 5 = 0),
                  ('implemented', NULL, NULL, pg_temp.implemented(n), n <= 20),
                  ('integrated', NULL, NULL, pg_temp.integrated(n), n <= 16)) AS e (state, reason, who, at, happens)
  WHERE e.happens
  ORDER BY e.at, n;
INSERT INTO event_log (project_id, entity_type, entity_id, event_type, payload, created_at)
  SELECT p.id, 'task', pg_temp.key('task', 999), 'task.state_changed', '{"to_state": "ready"}', '2024-03-01Z'
  FROM project p;
INSERT INTO lease (id, project_id, task_id, agent_id, status, created_at, expires_at, heartbeat_at)
  SELECT pg_temp.key('lease', n), p.id, pg_temp.key('task', n), 'agent' || n % 4, 'active',
         pg_temp.made(n) + interval '6 hours', pg_temp.made(n) + interval '7 hours', pg_temp.made(n)
  FROM project p, generate_series(1, 23, 2) n;
INSERT INTO gate_rule (id, project_id, name, scope, created_at)
  SELECT pg_temp.key('rule', n), p.id, 'rule ' || n, CASE n WHEN 0 THEN '{"gate_type": "code_review"}' ELSE '{}' END::jsonb,
         p.created_at
  FROM project p, generate_series(0, 1) n;
INSERT INTO gate_candidate_link (id, project_id, gate_task_id, candidate_task_id, created_at)
  SELECT pg_temp.key('link', n), p.id, pg_temp.key('task', 21), pg_temp.key('task', n),
         pg_temp.implemented(n) + interval '30 minutes'
  FROM project p, generate_series(1, 20) n;
INSERT INTO gate_decision (id, project_id, gate_rule_id, task_id, outcome, actor_id, created_at)
  SELECT pg_temp.key('decision', n), p.id, pg_temp.key('rule', n % 2), pg_temp.key('task', n),
         CASE WHEN n % 6 = 0 THEN 'rejected' ELSE 'approved' END, 'agent' || n % 2,
         pg_temp.implemented(n) + interval '1 hour' + n * interval '3 hours'
  FROM project p, generate_series(1, 14) n;
INSERT INTO integration_attempt (id, project_id, task_id, result, started_at, ended_at)
  SELECT pg_temp.key(a.result, n), p.id, pg_temp.key('task', n), a.result, pg_temp.integrated(n) - a.before,
         pg_temp.integrated(n) - a.before + interval '10 minutes'
  FROM project p, generate_series(1, 16) n,
  LATERAL (VALUES ('conflict', interval '2 hours', n % 3 = 0), ('success', interval '20 minutes', true)) AS a (result, before, happens)
  WHERE a.happens;
INSERT INTO artifact (id, project_id, task_id, agent_id, check_status, created_at)
  SELECT pg_temp.key('artifact', n), p.id, pg_temp.key('task', n), 'agent', CASE WHEN n % 16 < 12 THEN 'failed' ELSE 'passed' END,
         pg_temp.implemented(n)
  FROM project p, generate_series(1, 20) n;
INSERT INTO dependency_edge (id, project_id, from_task_id, to_task_id, unlock_on, created_at)
  SELECT pg_temp.key('edge', n), p.id, pg_temp.key('task', n), pg_temp.key('task', n + 1), 'integrated', pg_temp.made(24)
  FROM project p, generate_series(14, 22) n;
INSERT INTO plan_change_set (id, project_id, base_plan_version, target_plan_version, status, operations, created_at,
                             applied_at)
  SELECT pg_temp.key('change', n), p.id, n, n + 1, 'applied', '[{"estimate_hours_delta": 1.5}, {}]', pg_temp.made(24),
         pg_temp.made(24) + n * interval '5 days'
  FROM project p, generate_series(1, 3) n;
)";

void refresh_and_snapshot(const readmodel::ConnectionSettings& connection) {
  const jobs::ManualRun run{{connection, 1}, at(kAsOf), std::nullopt, {}};
  REQUIRE(jobs::run_full_refresh(run).report.failures.empty());
  REQUIRE(jobs::run_snapshot(run).failures.empty());
}

Dump dump_read_model(readmodel::Session& session) {
  return readmodel::translated("dump", [&] {
    pqxx::work tx(session.pqxx_connection());
    Dump dump;
    for (const auto& row : tx.exec(kDump)) dump[row[0].c_str()] = row[1].c_str();
    return dump;
  });
}

}  // namespace tidemark::tests
