-- Deletes what is stored in metrics_alert of a project that has vanished from the sources.
-- $1 uuid  project
-- Locks: the rows. Index: one that begins with project_id. Called by vanished_projects.cpp.
DELETE FROM metrics_alert
WHERE project_id = $1
