-- The timelines of some tasks of a project.
-- $1 uuid  project; $2 uuid[]  tasks
-- Index: primary key. Called by memory_store.cpp.
SELECT t.task_id, t.first_at, t.settled_at, t.live, t.attributes
FROM metrics_task_timeline AS t
WHERE t.project_id = $1 AND t.task_id = ANY ($2::uuid[])
