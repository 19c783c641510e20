-- A cursor over a project's trend points, by metric, grain, bucket and dimensions.
-- $1 uuid  project
-- Index: the natural key. Called by queries/stored_rows.cpp.
DECLARE stored_trend NO SCROLL CURSOR FOR
SELECT t.id, t.metric_key, t.time_grain, t.time_bucket, t.value_numeric, t.value_json::text AS value_json,
       t.dimensions::text AS dimensions
FROM metrics_trend_point AS t
WHERE t.project_id = $1
ORDER BY t.metric_key, t.time_grain, t.time_bucket, t.dimensions
