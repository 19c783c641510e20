-- Deletes rows of a project that are no longer produced.
-- $1 uuid  project; $2 uuid[]  ids
-- Locks: the rows. Index: primary key. Called by tables.cpp.
DELETE FROM metrics_trend_point
WHERE project_id = $1 AND id = ANY ($2::uuid[])
