-- How many points a metric has at a grain, and the first and the last bucket.
-- $1 uuid  project; $2 text  metric; $3 text  grain
-- Index: the natural key. Called by compaction.cpp.
SELECT count(*), min(t.time_bucket), max(t.time_bucket)
FROM metrics_trend_point AS t
WHERE t.project_id = $1 AND t.metric_key = $2 AND t.time_grain = $3::metrics_time_grain
