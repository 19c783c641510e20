-- The newest undivided point of a metric before a range, for what holds on into it.
-- $1 uuid  project; $2 text  metric; $3 metrics_time_grain; $4 timestamptz  the range's start; $5 boolean  only points
-- that have a value
-- Index: the natural key, backward. Called by queries/trend.cpp.
SELECT t.time_bucket, '' AS dimension, '' AS dimension_value, t.value_numeric, t.value_json::text AS value_json,
       t.computed_at
FROM metrics_trend_point AS t
WHERE t.project_id = $1
  AND t.metric_key = $2
  AND t.time_grain = $3
  AND t.time_bucket < $4
  AND t.dimensions = '{}'
  AND (t.value_numeric IS NOT NULL OR NOT $5::boolean)
ORDER BY t.time_bucket DESC
LIMIT 1
