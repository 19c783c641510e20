-- The stored drilldown rows of a project, to be compared with the finished ones.
-- $1 uuid  project
-- Index: the natural key. Called by tables.cpp.
SELECT d.id, d.payload::text AS payload
FROM metrics_drilldown AS d
WHERE d.project_id = $1
