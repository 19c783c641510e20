-- flow_efficiency_score: of the time that all tasks spent in active, queued, review and blocked states inside the
-- window, the share of the active.

-- Microseconds of each task in each window.
CREATE TEMPORARY TABLE flow AS
SELECT w.project_id, w.grain, w.bucket, w.scope, w.upto, s.task,
       sum(x.us) AS total,
       coalesce(sum(x.us) FILTER (WHERE s.class = 'active'), 0) AS active,
       coalesce(sum(x.us) FILTER (WHERE s.class = 'queued'), 0) AS queued,
       coalesce(sum(x.us) FILTER (WHERE s.class = 'review'), 0) AS review,
       coalesce(sum(x.us) FILTER (WHERE s.class = 'blocked'), 0) AS blocked
FROM windows w
JOIN spans s ON s.project_id = w.project_id AND s.since < w.measured_at AND s.until > w.since
JOIN scope_tasks k ON k.project_id = w.project_id AND k.scope = w.scope AND k.task = s.task
CROSS JOIN LATERAL (
  SELECT pg_temp.micros(least(s.until, w.measured_at) - greatest(s.since, w.since)) AS us) x
WHERE w.table_name <> 'metrics_breakdown_point' AND s.class IN ('active', 'queued', 'review', 'blocked')
GROUP BY 1, 2, 3, 4, 5, 6
HAVING sum(x.us) > 0;
ANALYZE flow;

CREATE TEMPORARY TABLE flow_by AS
SELECT f.*, d.dimension, d.value AS dimension_value FROM flow f JOIN task_dimensions d USING (task)
UNION ALL
SELECT f.*, 'assignee', coalesce(a.who, 'unassigned')
FROM flow f LEFT JOIN assignments a ON a.task = f.task AND a.since < f.upto AND a.until >= f.upto;
ANALYZE flow_by;

CREATE TEMPORARY TABLE flow_scores AS
SELECT project_id, grain, bucket, scope, dimension, dimension_value,
       100 * sum(active) / sum(total)::float8 AS score,
       jsonb_build_object(
         'value', 100 * sum(active) / sum(total)::float8,
         'sample_size', count(*),
         'active_time_pct', 100 * sum(active) / sum(total)::float8,
         'queued_time_pct', 100 * sum(queued) / sum(total)::float8,
         'review_time_pct', 100 * sum(review) / sum(total)::float8,
         'waiting_time_pct', 100 * (sum(queued) + sum(review)) / sum(total)::float8,
         'blocked_time_pct', 100 * sum(blocked) / sum(total)::float8) AS fields
FROM flow_by GROUP BY 1, 2, 3, 4, 5, 6;
ANALYZE flow_scores;

INSERT INTO expected
SELECT 'flow_efficiency_score', f.project_id, b.table_name, f.grain, f.bucket, f.dimension, f.dimension_value, f.score,
       f.fields
FROM flow_scores f
JOIN task_places p USING (grain, dimension)
JOIN buckets b ON (b.project_id, b.table_name, b.grain, b.bucket) = (f.project_id, p.table_name, f.grain, f.bucket)
UNION ALL
SELECT 'flow_efficiency_score', project_id, 'metrics_summary', grain, bucket, scope, '', score, fields
FROM flow_scores WHERE grain IN ('now', 'before') AND dimension = '';

-- Each task with classified time in the window that ends at T.
INSERT INTO expected
SELECT 'flow_efficiency_score', f.project_id, 'metrics_drilldown', NULL, NULL, 'task', task::text, NULL,
       payload || pg_temp.since(p.since) || jsonb_build_object('value', 100 * f.active / f.total::float8)
FROM flow f JOIN present p USING (task) WHERE f.grain = 'now' AND f.scope = '';
