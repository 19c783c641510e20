-- Which source rows are set aside: those that cannot be used, named by source and key. A row after T is invisible, so
-- it is not judged yet, unless its fault does not depend on time. Spec: delivery metrics, sections 1 and 3; product,
-- promise 7.
CREATE TEMPORARY TABLE set_aside AS
-- Transitions of a task that there is not, to a state that there is not, or a day ahead of the database's clock.
SELECT e.project_id, 'event_log' AS source, e.id::text AS key
FROM event_log e
CROSS JOIN clock
CROSS JOIN LATERAL (
  SELECT e.event_type IN ('task_state_transitioned', 'task.state_changed') AS is_named,
         e.event_type ~ '^task[._]'
           AND (substr(e.event_type, 6) = 'unblocked' OR substr(e.event_type, 6) IN (SELECT state FROM states)) AS is_state,
         NOT EXISTS (SELECT FROM task t WHERE t.project_id = e.project_id AND t.id = e.entity_id) AS is_stranger) x
WHERE e.entity_type = 'task' AND (is_named OR is_state)
  AND (e.created_at > transaction_timestamp() + interval '1 day'
    OR e.created_at <= clock.t
   AND (is_stranger
     OR is_named AND (jsonb_typeof(e.payload->'to_state') IS DISTINCT FROM 'string'
                   OR e.payload->>'to_state' NOT IN (SELECT state FROM states))))
UNION ALL
SELECT d.project_id, 'dependency_edge', d.id::text
FROM dependency_edge d JOIN clock ON d.created_at <= clock.t
WHERE NOT EXISTS (SELECT FROM task t WHERE t.project_id = d.project_id AND t.id = d.from_task_id)
   OR NOT EXISTS (SELECT FROM task t WHERE t.project_id = d.project_id AND t.id = d.to_task_id)
UNION ALL
SELECT l.project_id, 'lease', l.id::text
FROM lease l JOIN clock ON l.created_at <= clock.t
WHERE NOT EXISTS (SELECT FROM task t WHERE t.project_id = l.project_id AND t.id = l.task_id)
UNION ALL
SELECT l.project_id, 'gate_candidate_link', l.id::text
FROM gate_candidate_link l JOIN clock ON l.created_at <= clock.t
WHERE NOT EXISTS (SELECT FROM task t WHERE t.project_id = l.project_id AND t.id = l.candidate_task_id)
UNION ALL
-- A decision may be on a phase; what it names must be there.
SELECT d.project_id, 'gate_decision', d.id::text
FROM gate_decision d CROSS JOIN clock
WHERE d.outcome NOT IN ('approved', 'rejected', 'approved_with_risk')
   OR NOT EXISTS (SELECT FROM gate_rule r WHERE r.project_id = d.project_id AND r.id = d.gate_rule_id)
   OR d.created_at <= clock.t AND d.task_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM task t WHERE t.project_id = d.project_id AND t.id = d.task_id)
UNION ALL
SELECT a.project_id, 'integration_attempt', a.id::text
FROM integration_attempt a CROSS JOIN clock
WHERE a.result NOT IN ('queued', 'success', 'conflict', 'failed_checks', 'aborted')
   OR coalesce(a.ended_at, a.started_at) <= clock.t AND a.result <> 'queued'
  AND NOT EXISTS (SELECT FROM task t WHERE t.project_id = a.project_id AND t.id = a.task_id)
UNION ALL
SELECT project_id, 'artifact', id::text FROM artifact WHERE check_status NOT IN ('pending', 'passed', 'failed')
UNION ALL
SELECT project_id, 'plan_change_set', id::text FROM plan_change_set WHERE status = 'applied' AND applied_at IS NULL;

INSERT INTO expected
SELECT 'quarantine', s.project_id, 'metrics_quarantine', NULL, NULL, s.source, s.key, NULL, '{"set_aside": true}'
FROM set_aside s JOIN projects USING (project_id);
