-- The stored drilldown rows of a metric in the days that are compared, and those of the current state, without a day.
-- $1 uuid  project; $2 text  metric; $3 timestamptz  the first day, -infinity: all
-- Index: the natural key. Called by comparison.cpp.
SELECT d.id, d.payload::text AS payload, d.entity_type, d.entity_id, d.reference_id, d.time_bucket
FROM metrics_drilldown AS d
WHERE d.project_id = $1 AND d.metric_key = $2
  AND (d.time_bucket IS NULL OR d.time_bucket >= $3::timestamptz)
ORDER BY d.entity_type, d.entity_id, d.reference_id, d.time_bucket
