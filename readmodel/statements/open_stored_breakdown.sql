-- A cursor over a project's breakdown points, by metric, grain, bucket, dimension and value. NULLs come last.
-- $1 uuid  project
-- Index: the natural key. Called by queries/stored_rows.cpp.
DECLARE stored_breakdown NO SCROLL CURSOR FOR
SELECT b.id, b.metric_key, b.time_grain, b.time_bucket, b.value_numeric, b.value_json::text AS value_json,
       b.dimension_key, b.dimension_value
FROM metrics_breakdown_point AS b
WHERE b.project_id = $1
ORDER BY b.metric_key, b.time_grain, b.time_bucket, b.dimension_key, b.dimension_value
