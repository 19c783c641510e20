-- From which bucket start on the rows of a project's metrics stand; NULL: all of them.
-- $1 uuid  project
-- Index: primary key. Called by floor_store.cpp.
SELECT f.metric_key, f.trend_hour, f.trend_day, f.trend_week, f.trend_month, f.breakdown, f.drilldown,
       array_to_string(f.left_weeks, ',') AS left_weeks
FROM metrics_compaction_floor AS f
WHERE f.project_id = $1
ORDER BY f.metric_key
