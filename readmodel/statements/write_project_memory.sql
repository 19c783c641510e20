-- Keeps what the next refresh of a project builds on.
-- $1 uuid  project; $2 jsonb  the memory
-- Locks: the row. Index: primary key. Called by memory_store.cpp.
INSERT INTO metrics_project_memory (project_id, memory)
VALUES ($1::uuid, $2::jsonb)
ON CONFLICT (project_id) DO UPDATE
SET memory = excluded.memory
