-- gate_latency: minutes from submission to decision. A decision without a known submission counts among the decisions
-- only. The queue at the bucket's end knows no gate.
CREATE TEMPORARY TABLE decision_groups AS
WITH placed AS (
  SELECT *, '' AS dimension, '' AS dimension_value FROM decisions
  UNION ALL SELECT *, 'gate_type', gate_type FROM decisions
  UNION ALL SELECT *, 'reviewer', reviewer FROM decisions)
SELECT b.project_id, b.table_name, b.grain, b.bucket, b.upto, d.dimension, d.dimension_value,
       count(*) AS decisions, count(latency) AS n,
       count(*) FILTER (WHERE is_passed) AS passed, count(*) FILTER (WHERE is_breach) AS breached,
       count(*) FILTER (WHERE is_re_review) AS re_reviews,
       avg(pg_temp.micros(latency)) AS mean, stddev_samp(pg_temp.micros(latency)::float8) AS deviation,
       coalesce(array_agg(pg_temp.micros(latency) ORDER BY latency) FILTER (WHERE latency IS NOT NULL), '{}') AS latencies
FROM placed d
JOIN buckets b ON b.project_id = d.project_id AND b.bucket = date_trunc(b.grain, d.at)
              AND CASE b.table_name WHEN 'metrics_trend_point' THEN d.dimension = '' OR (d.dimension = 'gate_type' AND b.grain <> 'hour')
                                    WHEN 'metrics_breakdown_point' THEN d.dimension <> '' END
GROUP BY 1, 2, 3, 4, 5, 6, 7;

INSERT INTO expected
SELECT 'gate_latency', g.project_id, table_name, grain, bucket, dimension, dimension_value,
       CASE WHEN dimension = 'reviewer' THEN decisions ELSE pg_temp.minutes(mean) END,
       jsonb_build_object(
         'decisions', decisions, 'sample_size', n,
         'avg_latency_minutes', pg_temp.minutes(mean),
         'p50_minutes', f->'p50_minutes', 'p90_minutes', f->'p90_minutes',
         'pass_rate', passed::float8 / decisions,
         'sla_breach_rate', breached::float8 / nullif(n, 0),
         'queue_length', CASE WHEN dimension <> 'reviewer' THEN (
           SELECT count(DISTINCT w.task) FROM waiting w
           WHERE w.project_id = g.project_id AND w.at < g.upto AND w.until >= g.upto) END,
         'confidence_interval', CASE WHEN dimension <> 'reviewer' THEN pg_temp.mean_interval(mean::float8, deviation, n) END,
         'state', jsonb_build_object(
           'v', 2, 'c', jsonb_build_object('decisions', decisions, 'passed', passed, 'breached', breached),
           'd', jsonb_build_object('value', pg_temp.duration_state(latencies))))
FROM decision_groups g CROSS JOIN LATERAL pg_temp.duration_fields(latencies) AS f;

-- Each decision with a known submission in its day.
INSERT INTO expected
SELECT 'gate_latency', d.project_id, b.table_name, NULL, b.bucket, 'gate_decision', d.id::text, NULL,
       coalesce(x.payload, '{}') || jsonb_build_object(
         'contributing_factors', '[]'::jsonb,
         'value', pg_temp.minutes(pg_temp.micros(d.latency)), 'timestamp', pg_temp.timestamp_text(d.at),
         'gate_type', d.gate_type, 'reviewer', d.reviewer, 'outcome', d.outcome)
FROM decisions d
LEFT JOIN task_payloads x ON x.task = d.task AND x.project_id = d.project_id
JOIN buckets b ON b.project_id = d.project_id AND b.table_name = 'metrics_drilldown' AND b.bucket = date_trunc('day', d.at)
WHERE d.latency IS NOT NULL;
