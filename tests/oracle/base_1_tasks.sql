-- What is known at T of projects, tasks and their states. Spec: delivery metrics, section 1.
-- Requires: the temporary table clock (t), one row.

-- Refresh covers every project but archived ones (spec: jobs).
CREATE TEMPORARY TABLE projects AS SELECT id AS project_id, status FROM project WHERE status <> 'archived';

CREATE TEMPORARY TABLE states (state, class, is_wip) AS VALUES
  ('backlog', 'backlog', false),
  ('ready', 'queued', false), ('reserved', 'queued', false),
  ('claimed', 'active', true), ('in_progress', 'active', true),
  ('implemented', 'review', true), ('awaiting_review', 'review', true), ('conflict', 'review', false),
  ('blocked', 'blocked', true),
  ('integrated', 'done', false),
  ('abandoned', 'dropped', false), ('cancelled', 'dropped', false);

-- A dimension value: never empty, at most 200 bytes, a longer one cut at a character and told apart by its digest.
CREATE FUNCTION pg_temp.dimension_value(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN coalesce(name, '') = '' THEN 'unassigned'
    WHEN octet_length(name) <= 200 THEN name
    ELSE left(name, (SELECT max(n) FROM generate_series(1, length(name)) AS n WHERE octet_length(left(name, n)) <= 191))
         || '~' || left(encode(sha256(convert_to(name, 'UTF8')), 'hex'), 8)
  END
$$;

CREATE TEMPORARY TABLE tasks AS
SELECT t.project_id, t.id AS task, t.short_id, t.title, t.created_at, t.milestone_id,
       CASE WHEN t.priority <= 25 THEN 'P0' WHEN t.priority <= 50 THEN 'P1'
            WHEN coalesce(t.priority, 100) <= 100 THEN 'P2' ELSE 'P3' END AS band,
       pg_temp.dimension_value(phase.name) AS phase,
       pg_temp.dimension_value(milestone.name) AS milestone, milestone.id IS NOT NULL AS has_milestone,
       CASE WHEN coalesce(t.task_class, '') = '' THEN 'other' ELSE pg_temp.dimension_value(t.task_class) END AS task_class,
       ARRAY(SELECT DISTINCT pg_temp.dimension_value(tag) FROM unnest(t.capability_tags) AS tag) AS tags
FROM task t
JOIN projects USING (project_id)
JOIN clock ON t.created_at <= clock.t
LEFT JOIN phase ON phase.project_id = t.project_id AND phase.id = t.phase_id
LEFT JOIN milestone ON milestone.project_id = t.project_id AND milestone.id = t.milestone_id;
CREATE UNIQUE INDEX ON tasks (task);
ANALYZE tasks;

-- Every dimension of a task that does not depend on the instant; '' is the undivided whole. Section 4.
CREATE TEMPORARY TABLE task_dimensions AS
SELECT project_id, task, dimension, value
FROM tasks, LATERAL (VALUES ('', ''), ('phase', phase), ('milestone', milestone), ('task_class', task_class),
                            ('priority', band)) AS d (dimension, value)
UNION ALL
SELECT project_id, task, 'capability_tag', unnest(CASE WHEN tags = '{}' THEN ARRAY['untagged'] ELSE tags END) FROM tasks;
CREATE INDEX ON task_dimensions (task);
ANALYZE task_dimensions;

-- Events that move a task: the state, or that a block ends.
CREATE TEMPORARY TABLE events AS
WITH known AS (
  SELECT t.task, t.created_at AS task_created_at, e.id, e.created_at, e.payload, e.caused_by,
         CASE WHEN e.event_type IN ('task_state_transitioned', 'task.state_changed')
                THEN CASE WHEN jsonb_typeof(e.payload->'to_state') = 'string' THEN e.payload->>'to_state' END
              WHEN e.event_type ~ '^task[._]' THEN substr(e.event_type, 6)
         END AS target
  FROM event_log e
  JOIN clock ON e.created_at <= clock.t
  JOIN tasks t ON t.task = e.entity_id AND t.project_id = e.project_id
  WHERE e.entity_type = 'task')
SELECT task, id, created_at, target, caused_by,
       CASE WHEN jsonb_typeof(payload->'from_state') = 'string' THEN payload->>'from_state' END AS from_state,
       payload->>'reason' AS reason,
       CASE WHEN jsonb_typeof(payload->'sequence') = 'number' AND payload->>'sequence' ~ '^-?[0-9]+$'
            THEN (payload->>'sequence')::numeric ELSE 0 END AS sequence
FROM known
WHERE target = 'unblocked' OR target IN (SELECT state FROM states);
CREATE INDEX ON events (task, created_at);
ANALYZE events;

CREATE TEMPORARY TABLE leases AS
SELECT l.project_id, l.id, l.task_id AS task, l.agent_id AS agent, l.created_at,
       row_number() OVER (PARTITION BY l.task_id ORDER BY l.created_at, l.id) AS n
FROM lease l
JOIN clock ON l.created_at <= clock.t
JOIN tasks t ON t.task = l.task_id AND t.project_id = l.project_id;
CREATE INDEX ON leases (task);
ANALYZE leases;

-- The transitions of each task in order. The first lease is one, before the events of its instant, unless the task was
-- worked on by then: one of that instant is looked for here, earlier ones by the walk below.
CREATE TEMPORARY TABLE transitions AS
WITH all_of_them AS (
  SELECT task, created_at, 1 AS after_lease, sequence, id, target, caused_by, from_state, reason
  FROM events
  UNION ALL
  SELECT l.task, l.created_at, 0, 0, 0, 'lease', NULL, NULL, NULL
  FROM leases l
  WHERE l.n = 1 AND NOT EXISTS (SELECT FROM events e JOIN states s ON s.state = e.target
                                WHERE e.task = l.task AND e.created_at = l.created_at
                                  AND s.class IN ('active', 'review', 'done', 'dropped')))
SELECT x.*, greatest(x.created_at, t.created_at) AS at,
       row_number() OVER (PARTITION BY task ORDER BY x.created_at, after_lease, sequence, id) AS n
FROM all_of_them x JOIN tasks t USING (task);
CREATE UNIQUE INDEX ON transitions (task, n);
ANALYZE transitions;

-- The state after each transition, step by step.
CREATE TEMPORARY TABLE walked AS
WITH RECURSIVE walk AS (
  SELECT t.task, 0::bigint AS n, t.created_at AS at, NULL::text AS caused_by, NULL::text AS reason,
         coalesce(first.from_state, 'backlog') AS state,
         NULL::text AS before_block,
         false AS worked_on  -- a transition into an active or review state, done or dropped happened
  FROM tasks t
  LEFT JOIN transitions first
    ON first.task = t.task AND first.n = 1 AND first.from_state IN (SELECT state FROM states)
  UNION ALL
  SELECT m.task, m.n, m.at, m.caused_by, m.reason, next.state,
         CASE WHEN next.state <> 'blocked' THEN NULL WHEN w.state = 'blocked' THEN w.before_block ELSE w.state END,
         w.worked_on OR m.target IN ('claimed', 'in_progress', 'implemented', 'awaiting_review', 'conflict',
                                     'integrated', 'abandoned', 'cancelled')
                     OR (m.target = 'unblocked' AND w.state = 'blocked' AND next.state <> 'backlog'
                         AND next.state <> 'ready' AND next.state <> 'reserved')
  FROM walk w
  JOIN transitions m ON m.task = w.task AND m.n = w.n + 1
  CROSS JOIN LATERAL (SELECT CASE m.target
      WHEN 'lease' THEN CASE WHEN w.worked_on THEN w.state ELSE 'claimed' END
      WHEN 'unblocked' THEN CASE WHEN w.state = 'blocked' THEN coalesce(w.before_block, 'in_progress') ELSE w.state END
      ELSE m.target END) AS next (state))
SELECT * FROM walk;
ANALYZE walked;

-- The states of each task one after the other, first its initial one: [since, until), until = infinity for the present.
CREATE TEMPORARY TABLE spans AS
WITH changes AS (
  SELECT *, lag(state) OVER (PARTITION BY task ORDER BY n) AS state_before FROM walked),
spans AS (
  SELECT task, n, state, at AS since, coalesce(lead(at) OVER (PARTITION BY task ORDER BY n), 'infinity') AS until,
         lead(n) OVER (PARTITION BY task ORDER BY n) IS NULL AS is_last, caused_by, reason
  FROM changes WHERE state IS DISTINCT FROM state_before),
stretches AS (  -- WIP ends with every span that is not WIP, however short
  SELECT *, count(*) FILTER (WHERE NOT is_wip) OVER (PARTITION BY task ORDER BY n) AS stretch
  FROM spans JOIN states USING (state))
SELECT t.project_id, s.task, s.n, s.state, s.class, s.is_wip, s.since, s.until, s.is_last, s.caused_by, s.reason,
       CASE WHEN s.is_wip THEN min(s.since) FILTER (WHERE s.is_wip) OVER (PARTITION BY s.task, s.stretch) END AS wip_since
FROM stretches s JOIN tasks t USING (task);
CREATE INDEX ON spans (task, n);
CREATE INDEX ON spans (project_id, state, since);
ANALYZE spans;

-- Who has a task, from when to when: the newest lease's agent; before the first lease whoever caused the newest entry
-- into an active state.
CREATE TEMPORARY TABLE assignments AS
WITH hand_overs AS (
  SELECT l.task, l.created_at AS at, 1 AS kind, l.n, l.agent AS who FROM leases l
  UNION ALL
  SELECT s.task, s.since, 0, s.n, s.caused_by FROM spans s
  WHERE s.class = 'active' AND s.caused_by IS NOT NULL
    AND NOT EXISTS (SELECT FROM leases l WHERE l.task = s.task AND l.n = 1 AND l.created_at <= s.since))
SELECT task, pg_temp.dimension_value(who) AS who, at AS since,
       coalesce(lead(at) OVER (PARTITION BY task ORDER BY at, kind, n), 'infinity') AS until
FROM hand_overs;
CREATE INDEX ON assignments (task, since);
ANALYZE assignments;

CREATE FUNCTION pg_temp.assignee(task uuid, instant timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT a.who FROM assignments a WHERE a.task = $1 AND a.since <= $2 AND $2 < a.until), 'unassigned')
$$;
