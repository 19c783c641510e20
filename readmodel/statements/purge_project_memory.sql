-- Deletes what was kept of a project that is not in the sources.
-- $1 uuid  project
-- Locks: the row. Index: primary key. Called by vanished_projects.cpp, repair.cpp.
DELETE FROM metrics_project_memory
WHERE project_id = $1
