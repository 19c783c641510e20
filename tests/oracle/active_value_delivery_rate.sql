-- active_value_delivery_rate: tasks completed in the window, weighted by priority, per day of the window.
INSERT INTO expected
SELECT 'active_value_delivery_rate', w.project_id, w.table_name, w.grain, w.bucket, w.scope, '', x.rate,
       jsonb_build_object('value', x.rate, 'by_priority', jsonb_build_object('P0', p0, 'P1', p1, 'P2', p2, 'P3', p3))
FROM windows w
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE c.band = 'P0') AS p0, count(*) FILTER (WHERE c.band = 'P1') AS p1,
         count(*) FILTER (WHERE c.band = 'P2') AS p2, count(*) FILTER (WHERE c.band = 'P3') AS p3
  FROM completions c JOIN scope_tasks k ON k.project_id = c.project_id AND k.scope = w.scope AND k.task = c.task
  WHERE c.project_id = w.project_id AND c.completed_at >= w.since AND c.completed_at < w.upto) n
CROSS JOIN LATERAL (SELECT (4 * p0 + 2 * p1 + p2 + 0.5 * p3)::float8 / w.days AS rate) x
WHERE w.table_name <> 'metrics_breakdown_point';
