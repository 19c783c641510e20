-- The points of a metric and grain in a few weeks, to verify the weeks by their days.
-- $1 uuid  project; $2 text  metric; $3 text  grain; $4 timestamptz  from; $5 timestamptz  to (exclusive)
-- Index: the natural key, which gives the order. Called by compaction.cpp.
SELECT t.time_bucket, t.dimensions::text AS dimensions, t.value_numeric, t.value_json::text AS value_json
FROM metrics_trend_point AS t
WHERE t.project_id = $1 AND t.metric_key = $2 AND t.time_grain = $3::metrics_time_grain
  AND t.time_bucket >= $4 AND t.time_bucket < $5
ORDER BY t.time_bucket, t.dimensions
