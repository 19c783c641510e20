-- Deletes the timelines of tasks that are gone from the sources.
-- $1 uuid  project; $2 uuid[]  tasks
-- Locks: the rows. Index: primary key. Called by memory_store.cpp.
DELETE FROM metrics_task_timeline
WHERE project_id = $1 AND task_id = ANY ($2::uuid[])
