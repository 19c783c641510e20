-- Deletes the floors of a project that is not in the sources.
-- $1 uuid  project
-- Locks: the rows. Index: primary key. Called by vanished_projects.cpp.
DELETE FROM metrics_compaction_floor
WHERE project_id = $1
