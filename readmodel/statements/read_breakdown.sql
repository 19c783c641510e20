-- The day points of a metric split by a dimension, by time, then value of the dimension.
-- $1 uuid  project; $2 text  metric; $3 text  dimension; $4, $5 timestamptz  the day's start: from, and before
-- Index: the natural key. Called by queries/breakdown.cpp.
SELECT b.time_bucket, b.dimension_value, b.value_numeric, b.value_json::text AS value_json, b.computed_at
FROM metrics_breakdown_point AS b
WHERE b.project_id = $1
  AND b.metric_key = $2
  AND b.time_grain = 'day'
  AND b.dimension_key = $3
  AND b.time_bucket >= $4
  AND b.time_bucket < $5
ORDER BY b.time_bucket, b.dimension_value
