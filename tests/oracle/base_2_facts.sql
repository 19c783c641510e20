-- What happened by T: completions, gate decisions, integration attempts, change sets. Spec: delivery metrics,
-- sections 1 and 3. A row that points to a task or rule that its project does not have, now or later, and one with an
-- outcome that is none of the declared, is set aside.

CREATE TEMPORARY TABLE completions AS
SELECT t.project_id, t.task, t.created_at, t.band, done.since AS completed_at, done.n AS completed_n,
       (SELECT min(s.since) FROM spans s WHERE s.task = t.task AND s.class = 'active') AS claimed_at,
       (SELECT min(s.since) FROM spans s WHERE s.task = t.task AND s.state = 'ready') AS ready_at,
       (SELECT max(s.since) FROM spans s WHERE s.task = t.task AND s.state = 'implemented') AS implemented_at
FROM tasks t
JOIN spans done ON done.task = t.task AND done.is_last AND done.state = 'integrated';
CREATE UNIQUE INDEX ON completions (task);
ANALYZE completions;

-- A completion counts under each of the task's dimension values; the assignee is that of the instant.
CREATE TEMPORARY TABLE completion_dimensions AS
SELECT c.*, d.dimension, d.value AS dimension_value FROM completions c JOIN task_dimensions d USING (task)
UNION ALL
SELECT c.*, 'assignee', pg_temp.assignee(c.task, c.completed_at) FROM completions c;
ANALYZE completion_dimensions;

CREATE TEMPORARY TABLE links AS
SELECT l.project_id, l.id, l.gate_task_id AS gate_task, l.candidate_task_id AS task, l.created_at AS at
FROM gate_candidate_link l JOIN projects USING (project_id) JOIN clock ON l.created_at <= clock.t
WHERE EXISTS (SELECT FROM tasks t WHERE t.project_id = l.project_id AND t.task = l.candidate_task_id);
CREATE INDEX ON links (project_id, task, at);
ANALYZE links;

CREATE TEMPORARY TABLE decisions AS
WITH known AS (
  SELECT d.project_id, d.id, d.task_id AS task, d.gate_rule_id AS rule, d.outcome, d.created_at AS at,
         pg_temp.dimension_value(d.actor_id) AS reviewer,
         pg_temp.dimension_value(coalesce(r.scope->>'gate_type', r.name)) AS gate_type,
         coalesce((SELECT max(l.at) FROM links l
                   WHERE l.project_id = d.project_id AND l.task = d.task_id AND l.at <= d.created_at),
                  (SELECT max(s.since) FROM spans s
                   WHERE s.project_id = d.project_id AND s.task = d.task_id AND s.state = 'implemented'
                     AND s.since <= d.created_at)) AS submitted_at,
         d.task_id IS NOT NULL AND row_number() OVER (
           PARTITION BY d.project_id, d.task_id, d.gate_rule_id ORDER BY d.created_at, d.id) > 1 AS is_re_review
  FROM gate_decision d
  JOIN projects USING (project_id)
  JOIN clock ON d.created_at <= clock.t
  JOIN gate_rule r ON r.project_id = d.project_id AND r.id = d.gate_rule_id
  WHERE d.outcome IN ('approved', 'rejected', 'approved_with_risk')
    AND (d.task_id IS NULL OR EXISTS (SELECT FROM tasks t WHERE t.project_id = d.project_id AND t.task = d.task_id)))
SELECT *,
       outcome IN ('approved', 'approved_with_risk') AS is_passed,
       at - submitted_at AS latency,
       at - submitted_at > CASE gate_type WHEN 'code_review' THEN interval '24 hours'
                                          WHEN 'integration_approval' THEN interval '12 hours'
                                          ELSE interval '48 hours' END AS is_breach
FROM known;
CREATE INDEX ON decisions (project_id, task, at);
ANALYZE decisions;

-- Attempts that count: of a known task, with a known result, not queued, from their end on.
CREATE TEMPORARY TABLE attempts AS
SELECT a.project_id, a.id, a.task_id AS task, a.result, a.started_at, coalesce(a.ended_at, a.started_at) AS at,
       row_number() OVER (PARTITION BY a.project_id, a.task_id ORDER BY a.started_at, a.id) AS number
FROM integration_attempt a
JOIN projects USING (project_id)
JOIN clock ON coalesce(a.ended_at, a.started_at) <= clock.t
WHERE a.result IN ('success', 'conflict', 'failed_checks', 'aborted')
  AND EXISTS (SELECT FROM tasks t WHERE t.project_id = a.project_id AND t.task = a.task_id);
CREATE INDEX ON attempts (project_id, at);
CREATE INDEX ON attempts (task);
ANALYZE attempts;

-- A failure streak begins at the first failed attempt and ends at the next success; the drop of its task, which comes
-- before an attempt of its instant, ends it uncounted, and none begins while the task is dropped. recovered_at and
-- dropped_at are NULL while it lasts; success is the attempt that ends it.
CREATE TEMPORARY TABLE failure_streaks AS
WITH with_drops AS (
  SELECT project_id, id, task, result, at, 0 AS n FROM attempts a
  WHERE result = 'success' OR NOT EXISTS (SELECT FROM spans s WHERE s.task = a.task AND s.class = 'dropped'
                                                                AND s.since <= a.at AND a.at < s.until)
  UNION ALL
  SELECT project_id, NULL, task, 'dropped', since, n FROM spans WHERE class = 'dropped'),
stretches AS (  -- up to and including a success or a drop
  SELECT *, count(*) FILTER (WHERE result IN ('success', 'dropped')) OVER (
              PARTITION BY project_id, task ORDER BY at, id NULLS FIRST, n
              ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS stretch
  FROM with_drops)
SELECT project_id, task,
       min(at) FILTER (WHERE result IN ('conflict', 'failed_checks', 'aborted')) AS begun_at,
       max(at) FILTER (WHERE result = 'success') AS recovered_at,
       max(at) FILTER (WHERE result = 'dropped') AS dropped_at,
       max(id::text) FILTER (WHERE result = 'success')::uuid AS success
FROM stretches GROUP BY project_id, task, stretch
HAVING count(*) FILTER (WHERE result IN ('conflict', 'failed_checks', 'aborted')) > 0;
ANALYZE failure_streaks;

CREATE TEMPORARY TABLE change_sets AS
SELECT c.project_id, c.id, c.applied_at AS at, c.operations
FROM plan_change_set c JOIN projects USING (project_id) JOIN clock ON c.applied_at <= clock.t
WHERE c.status = 'applied';
ANALYZE change_sets;

-- A candidate waits from its newest link on until a decision at or after it; [at, until).
CREATE TEMPORARY TABLE waiting AS
SELECT l.project_id, l.task, l.gate_task, l.at,
       least((SELECT min(d.at) FROM decisions d WHERE d.project_id = l.project_id AND d.task = l.task AND d.at >= l.at),
             lead(l.at) OVER (PARTITION BY l.project_id, l.task ORDER BY l.at, l.id), 'infinity') AS until
FROM links l;
CREATE INDEX ON waiting (project_id, at);
ANALYZE waiting;
