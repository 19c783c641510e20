-- Deletes the timelines of a project that is not in the sources.
-- $1 uuid  project
-- Locks: the rows. Index: primary key. Called by vanished_projects.cpp.
DELETE FROM metrics_task_timeline
WHERE project_id = $1
