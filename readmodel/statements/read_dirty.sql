-- The changes found of a project and not yet computed.
-- $1 uuid  project
-- Index: primary key. Called by memory_store.cpp.
SELECT d.id, d.source, d.source_id, d.task_id, d.since
FROM metrics_dirty AS d
WHERE d.project_id = $1
