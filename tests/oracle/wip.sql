-- wip: tasks in claimed, in_progress, blocked, implemented or awaiting_review at a bucket's end; their ages since the
-- unbroken stretch of such states began. A bucket without any has a row, but not by dimension.
WITH aged AS (
  SELECT *, extract(epoch FROM measured_at - wip_since)::float8 / 3600 AS age FROM wip_by)
INSERT INTO expected
SELECT 'wip', project_id, p.table_name, grain, bucket, dimension, coalesce(dimension_value, ''), count(age),
       jsonb_build_object(
         'total_count', count(age), 'sample_size', count(age),
         'avg_age_hours', avg(age),
         'p50_age_hours', percentile_cont(0.50) WITHIN GROUP (ORDER BY age),
         'p85_age_hours', percentile_cont(0.85) WITHIN GROUP (ORDER BY age),
         'aging_buckets', jsonb_build_object(
           'lt_24h', count(*) FILTER (WHERE age < 24),
           '24h_to_72h', count(*) FILTER (WHERE age >= 24 AND age < 72),
           '72h_to_7d', count(*) FILTER (WHERE age >= 72 AND age < 168),
           'gt_7d', count(*) FILTER (WHERE age >= 168)))
FROM level_places p LEFT JOIN aged USING (project_id, grain, bucket, dimension)
WHERE dimension = '' OR age IS NOT NULL
GROUP BY project_id, p.table_name, grain, bucket, dimension, dimension_value;

INSERT INTO expected
SELECT 'wip', project_id, 'metrics_drilldown', NULL, NULL, 'task', task::text, NULL,
       payload || pg_temp.since(wip_since) || jsonb_build_object('value', wip_hours)
FROM present WHERE is_wip;
