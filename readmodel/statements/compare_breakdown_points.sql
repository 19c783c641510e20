-- The stored breakdown points of a metric in the days that are compared, and those without a day.
-- $1 uuid  project; $2 text  metric; $3 timestamptz  the first day, -infinity: all
-- Index: the natural key. Called by comparison.cpp.
SELECT b.id, b.value_numeric, b.value_json::text AS value_json, b.time_grain, b.time_bucket, b.dimension_key,
       b.dimension_value
FROM metrics_breakdown_point AS b
WHERE b.project_id = $1 AND b.metric_key = $2
  AND (b.time_bucket IS NULL OR b.time_bucket >= $3::timestamptz)
ORDER BY b.time_grain, b.time_bucket, b.dimension_key, b.dimension_value
