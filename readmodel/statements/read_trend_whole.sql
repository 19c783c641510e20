-- The points of a metric over everything, in order of time.
-- $1 uuid  project; $2 text  metric; $3 metrics_time_grain; $4, $5 timestamptz  the bucket's start: from, and before;
-- $6 bigint  most points
-- Index: the natural key. Called by queries/trend.cpp.
SELECT t.time_bucket, '' AS dimension, '' AS dimension_value, t.value_numeric, t.value_json::text AS value_json,
       t.computed_at
FROM metrics_trend_point AS t
WHERE t.project_id = $1
  AND t.metric_key = $2
  AND t.time_grain = $3
  AND t.time_bucket >= $4
  AND t.time_bucket < $5
  AND t.dimensions = '{}'
ORDER BY t.time_bucket
LIMIT $6
