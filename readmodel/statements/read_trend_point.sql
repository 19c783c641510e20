-- One point of the trend.
-- $1 uuid  project; $2 text  metric; $3 metrics_time_grain; $4 timestamptz  the bucket's start; $5 jsonb  dimensions
-- Index: the natural key. Called by queries/explain.cpp.
SELECT t.value_numeric, t.value_json::text AS value_json, t.computed_at
FROM metrics_trend_point AS t
WHERE t.project_id = $1
  AND t.metric_key = $2
  AND t.time_grain = $3
  AND t.time_bucket = $4
  AND t.dimensions = $5::jsonb
