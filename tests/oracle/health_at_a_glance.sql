-- health_at_a_glance: the lowest of predictability, flow efficiency, integration reliability and the share of artifacts
-- that passed their checks. Reads what the queries of the three left.
CREATE TEMPORARY TABLE components AS
SELECT project_id, grain, bucket, scope, 1 AS place, 'delivery_predictability_index' AS name, score FROM predictability
UNION ALL
SELECT project_id, grain, bucket, scope, 2, 'flow_efficiency_score', score FROM flow_scores WHERE dimension = ''
UNION ALL
SELECT project_id, grain, bucket, scope, 3, 'integration_reliability_score', score FROM reliability
UNION ALL
SELECT w.project_id, w.grain, w.bucket, w.scope, 4, 'quality_gate_score',
       100 * count(*) FILTER (WHERE a.check_status = 'passed') / count(*)::float8
FROM windows w
JOIN artifact a ON a.project_id = w.project_id AND a.created_at >= w.since AND a.created_at < w.upto
               AND a.check_status IN ('passed', 'failed')
WHERE w.table_name <> 'metrics_breakdown_point'
  AND (w.scope = '' OR a.task_id IN (SELECT k.task FROM scope_tasks k
                                     WHERE k.project_id = w.project_id AND k.scope = w.scope))
GROUP BY 1, 2, 3, 4;

INSERT INTO expected
SELECT 'health_at_a_glance', project_id,
       CASE WHEN grain IN ('now', 'before') THEN 'metrics_summary' ELSE 'metrics_trend_point' END, grain, bucket, scope, '',
       min(score),
       jsonb_build_object(
         'value', min(score),
         'status', CASE WHEN min(score) >= 70 THEN 'green' WHEN min(score) >= 50 THEN 'yellow' ELSE 'red' END,
         'limiting_component', (array_agg(name ORDER BY score, place))[1],
         'quality_gate_score', min(score) FILTER (WHERE place = 4))
FROM components GROUP BY project_id, grain, bucket, scope;
