-- How many drilldown rows a metric has, and the first and the last day of those that have one.
-- $1 uuid  project; $2 text  metric
-- Index: the natural key. Called by compaction.cpp.
SELECT count(*), min(d.time_bucket), max(d.time_bucket)
FROM metrics_drilldown AS d
WHERE d.project_id = $1 AND d.metric_key = $2
