-- How many breakdown points a metric has, and the first and the last day.
-- $1 uuid  project; $2 text  metric
-- Index: the natural key. Called by compaction.cpp.
SELECT count(*), min(b.time_bucket), max(b.time_bucket)
FROM metrics_breakdown_point AS b
WHERE b.project_id = $1 AND b.metric_key = $2
