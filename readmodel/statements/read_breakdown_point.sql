-- One point of a breakdown.
-- $1 uuid  project; $2 text  metric; $3 metrics_time_grain; $4 timestamptz  the bucket's start; $5 text  dimension;
-- $6 text  its value
-- Index: the natural key. Called by queries/explain.cpp.
SELECT b.value_numeric, b.value_json::text AS value_json, b.computed_at
FROM metrics_breakdown_point AS b
WHERE b.project_id = $1
  AND b.metric_key = $2
  AND b.time_grain = $3
  AND b.time_bucket = $4
  AND b.dimension_key = $5
  AND b.dimension_value = $6
