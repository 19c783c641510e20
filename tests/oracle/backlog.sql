-- backlog: tasks in implemented at a bucket's end; ages since they last entered it; the risk of an idle task grows with
-- its age towards the impact of its priority.
WITH aged AS (
  SELECT i.*, i.age_days * 24 AS age,
         (1 - 0.95 ^ i.age_days)
           * CASE t.band WHEN 'P0' THEN 1.0 WHEN 'P1' THEN 0.8 WHEN 'P2' THEN 0.5 ELSE 0.3 END::float8 AS risk
  FROM (SELECT *, extract(epoch FROM measured_at - since)::float8 / 86400 AS age_days
        FROM wip_by WHERE state = 'implemented') i
  JOIN tasks t USING (task))
INSERT INTO expected
SELECT 'backlog', p.project_id, p.table_name, grain, bucket, dimension, coalesce(dimension_value, ''), count(age),
       jsonb_build_object(
         'implemented_not_integrated', count(age), 'sample_size', count(age),
         'avg_age_hours', avg(age),
         'p50_age_hours', percentile_cont(0.5) WITHIN GROUP (ORDER BY age),
         'p90_age_hours', percentile_cont(0.9) WITHIN GROUP (ORDER BY age),
         'max_risk_score', max(risk),
         'avg_risk_score', avg(risk))
FROM level_places p LEFT JOIN aged USING (project_id, grain, bucket, dimension)
WHERE dimension = '' OR age IS NOT NULL
GROUP BY p.project_id, p.table_name, grain, bucket, dimension, dimension_value;

INSERT INTO expected
SELECT 'backlog', p.project_id, 'metrics_drilldown', NULL, NULL, 'task', task::text, NULL,
       payload || pg_temp.since(since) || jsonb_build_object(
         'value', hours,
         'risk_score', (1 - 0.95 ^ (hours / 24))
           * CASE t.band WHEN 'P0' THEN 1.0 WHEN 'P1' THEN 0.8 WHEN 'P2' THEN 0.5 ELSE 0.3 END::float8)
FROM present p JOIN tasks t USING (task) WHERE state = 'implemented';
