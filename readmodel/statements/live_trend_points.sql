-- The stored points of a project, to be compared with the finished ones.
-- $1 uuid  project
-- Index: the natural key. Called by tables.cpp.
SELECT t.id, t.value_numeric, t.value_json::text AS value_json
FROM metrics_trend_point AS t
WHERE t.project_id = $1
