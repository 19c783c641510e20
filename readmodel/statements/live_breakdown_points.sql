-- The stored breakdown points of a project, to be compared with the finished ones.
-- $1 uuid  project
-- Index: the natural key. Called by tables.cpp.
SELECT b.id, b.value_numeric, b.value_json::text AS value_json
FROM metrics_breakdown_point AS b
WHERE b.project_id = $1
