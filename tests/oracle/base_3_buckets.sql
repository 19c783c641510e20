-- The buckets in which rows may stand, and the windows that metrics look at. Spec: delivery metrics, sections 2 and 4;
-- contract, "Windows of a summary". `upto` is the first instant that no longer counts: T itself counts, so it is the
-- microsecond after T where T cuts. `measured_at` is what ages are taken at.

-- What is queued or set aside is no fact.
CREATE TEMPORARY TABLE first_facts AS
SELECT project_id, min(at) AS at
FROM (SELECT project_id, created_at AS at FROM tasks
      UNION ALL SELECT project_id, at FROM attempts
      UNION ALL SELECT project_id, at FROM decisions
      UNION ALL SELECT project_id, at FROM links
      UNION ALL SELECT project_id, created_at FROM artifact WHERE check_status IN ('pending', 'passed', 'failed')
      UNION ALL SELECT project_id, at FROM change_sets) facts
JOIN projects USING (project_id) JOIN clock ON at <= clock.t
GROUP BY project_id;

-- table_name is that of the rows: trend rows of a day or an hour go with their week, breakdown rows with their day.
CREATE TEMPORARY TABLE buckets AS
WITH grains (table_name, grain, step) AS (VALUES
  ('metrics_trend_point', 'hour', interval '1 hour'), ('metrics_trend_point', 'day', interval '1 day'),
  ('metrics_trend_point', 'week', interval '7 days'), ('metrics_trend_point', 'month', interval '1 month'),
  ('metrics_breakdown_point', 'day', interval '1 day'),
  ('metrics_drilldown', 'day', interval '1 day')),
all_of_them AS (
  SELECT f.project_id, g.table_name, g.grain, b AS bucket, b + g.step AS bucket_end, clock.t,
         CASE WHEN g.table_name = 'metrics_drilldown' THEN b + g.step <= clock.t - interval '30 days'
              WHEN g.table_name = 'metrics_breakdown_point' THEN b + g.step <= clock.t - interval '90 days'
              WHEN g.grain IN ('hour', 'day')
                THEN date_trunc('week', b) + interval '7 days' <= clock.t - interval '90 days'
              ELSE false END AS is_past
  FROM first_facts f, clock, grains g, generate_series(date_trunc(g.grain, f.at), clock.t, g.step) AS b)
SELECT project_id, table_name, grain, bucket, bucket_end, t < bucket_end AS is_partial,
       least(bucket_end, t + interval '1 microsecond') AS upto, least(bucket_end, t) AS measured_at
FROM all_of_them WHERE NOT is_past;
CREATE UNIQUE INDEX ON buckets (table_name, grain, project_id, bucket);
ANALYZE buckets;

-- Where a metric of tasks has rows, by table, grain and dimension.
CREATE TEMPORARY TABLE task_places AS
SELECT 'metrics_trend_point' AS table_name, grain, dimension
FROM unnest(ARRAY['hour', 'day', 'week', 'month']) AS grain,
     unnest(ARRAY['', 'phase', 'milestone', 'assignee', 'task_class']) AS dimension
WHERE grain <> 'hour' OR dimension = ''
UNION ALL
SELECT 'metrics_breakdown_point', 'day',
       unnest(ARRAY['phase', 'milestone', 'assignee', 'task_class', 'priority', 'capability_tag']);

-- A summary is of the whole project (scope ''), and of each milestone with open tasks.
CREATE TEMPORARY TABLE scopes AS
SELECT project_id, '' AS scope FROM projects
UNION
SELECT t.project_id, t.milestone FROM tasks t
JOIN spans s ON s.task = t.task AND s.is_last AND s.class NOT IN ('done', 'dropped')
WHERE t.has_milestone;

CREATE TEMPORARY TABLE scope_tasks AS
SELECT s.project_id, s.scope, t.task
FROM scopes s JOIN tasks t ON t.project_id = s.project_id AND s.scope IN ('', t.milestone);
CREATE INDEX ON scope_tasks (task);
CREATE INDEX ON scope_tasks (project_id, scope);
ANALYZE scope_tasks;

-- Windows of the rolling metrics, [since, upto): 7 days for a day, the bucket for a week and a month, and for a summary
-- the 7 days before T ('now') and the 7 days before those ('before'). days is what a rate divides by.
CREATE TEMPORARY TABLE windows AS
SELECT project_id, table_name, grain, bucket, '' AS scope, upto, measured_at,
       CASE WHEN grain = 'day' THEN measured_at - interval '7 days' ELSE bucket END AS since,
       CASE WHEN grain = 'day' THEN 7
            ELSE greatest(1, extract(epoch FROM measured_at - bucket)::float8 / 86400) END AS days
FROM buckets WHERE grain <> 'hour' AND table_name <> 'metrics_drilldown'
UNION ALL
SELECT s.project_id, 'metrics_summary', w.grain, clock.t, s.scope, clock.t - w.ago + w.cut, clock.t - w.ago,
       clock.t - w.ago - interval '7 days', 7
FROM scopes s, clock, (VALUES ('now', interval '0', interval '1 microsecond'),
                              ('before', interval '7 days', interval '0')) AS w (grain, ago, cut);
CREATE INDEX ON windows (project_id, since, upto);
ANALYZE windows;
