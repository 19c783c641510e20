-- What the refresh before kept of a project.
-- $1 uuid  project
-- Index: primary key. Called by memory_store.cpp.
SELECT m.memory::text AS memory
FROM metrics_project_memory AS m
WHERE m.project_id = $1
