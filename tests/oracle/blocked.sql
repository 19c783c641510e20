-- blocked: the share of work in progress that is blocked at a bucket's end, for how long, and why. The 50 commonest
-- reasons of a row keep their names.
CREATE TEMPORARY TABLE wip_blocked AS
SELECT project_id, grain, bucket, dimension, dimension_value, state = 'blocked' AS is_blocked,
       CASE WHEN state = 'blocked' THEN extract(epoch FROM measured_at - since)::float8 / 3600 END AS hours,
       pg_temp.dimension_value(reason) AS reason
FROM wip_by;
CREATE INDEX ON wip_blocked (project_id, grain, bucket, dimension);
ANALYZE wip_blocked;

CREATE TEMPORARY TABLE block_reasons AS
WITH counted AS (
  SELECT project_id, grain, bucket, dimension, dimension_value, reason, count(*) AS tasks,
         row_number() OVER (PARTITION BY project_id, grain, bucket, dimension, dimension_value
                            ORDER BY count(*) DESC, reason COLLATE "C") AS place
  FROM wip_blocked WHERE is_blocked
  GROUP BY project_id, grain, bucket, dimension, dimension_value, reason),
named AS (
  SELECT project_id, grain, bucket, dimension, dimension_value,
         CASE WHEN place <= 50 THEN reason ELSE 'other' END AS reason, sum(tasks)::bigint AS tasks
  FROM counted GROUP BY 1, 2, 3, 4, 5, 6)
SELECT project_id, grain, bucket, dimension, dimension_value,
       jsonb_agg(jsonb_build_object('reason', reason, 'count', tasks) ORDER BY tasks DESC, reason COLLATE "C") AS reasons
FROM named GROUP BY 1, 2, 3, 4, 5;
ANALYZE block_reasons;

WITH counted AS (
  SELECT p.table_name, project_id, grain, bucket, dimension, coalesce(dimension_value, '') AS dimension_value,
         count(is_blocked) AS wip, count(*) FILTER (WHERE is_blocked) AS blocked, avg(hours) AS avg_hours,
         percentile_cont(0.9) WITHIN GROUP (ORDER BY hours) AS p90_hours, max(hours) AS max_hours
  FROM level_places p LEFT JOIN wip_blocked USING (project_id, grain, bucket, dimension)
  WHERE dimension = '' OR is_blocked IS NOT NULL
  GROUP BY p.table_name, project_id, grain, bucket, dimension, dimension_value)
INSERT INTO expected
SELECT 'blocked', project_id, table_name, grain, bucket, dimension, dimension_value, blocked::float8 / nullif(wip, 0),
       jsonb_build_object(
         'ratio', blocked::float8 / nullif(wip, 0),
         'count', blocked, 'wip_count', wip, 'sample_size', wip,
         'avg_blocked_hours', avg_hours, 'p90_blocked_hours', p90_hours, 'max_blocked_hours', max_hours,
         'confidence_interval', pg_temp.wilson_interval(blocked::float8 / nullif(wip, 0), wip),
         'reasons', coalesce(reasons, '[]'))
FROM counted LEFT JOIN block_reasons USING (project_id, grain, bucket, dimension, dimension_value);

INSERT INTO expected
SELECT 'blocked', b.project_id, b.table_name, b.grain, b.bucket, 'block_reason', r.value->>'reason',
       (r.value->>'count')::float8, jsonb_build_object('count', r.value->'count')
FROM level_buckets b
JOIN block_reasons USING (project_id, grain, bucket)
CROSS JOIN LATERAL jsonb_array_elements(reasons) AS r (value)
WHERE b.table_name = 'metrics_breakdown_point' AND dimension = '';

INSERT INTO expected
SELECT 'blocked', project_id, 'metrics_drilldown', NULL, NULL, 'task', task::text, NULL,
       payload || pg_temp.since(since)
         || jsonb_build_object('value', hours, 'reason', pg_temp.dimension_value(reason))
FROM present WHERE state = 'blocked';
