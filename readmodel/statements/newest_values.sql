-- The newest whole-project day value of each metric in each computed project: one step in the index per value.
-- $1 text[]  metrics
-- Index: the natural key, read backwards. Called by queries/status.cpp.
SELECT v.project_id, m.metric_key, p.time_bucket, p.value_numeric
FROM (SELECT DISTINCT dv.project_id FROM metrics_data_version AS dv) AS v
CROSS JOIN unnest($1::text[]) WITH ORDINALITY AS m (metric_key, position)
CROSS JOIN LATERAL (
  SELECT t.time_bucket, t.value_numeric
  FROM metrics_trend_point AS t
  WHERE t.project_id = v.project_id AND t.metric_key = m.metric_key AND t.time_grain = 'day' AND t.dimensions = '{}'
  ORDER BY t.time_bucket DESC
  LIMIT 1
) AS p
ORDER BY v.project_id, m.position
