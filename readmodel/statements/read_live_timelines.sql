-- The live tasks of a project, and of others those asked for.
-- $1 uuid  project; $2 uuid[]  tasks
-- Index: metrics_task_timeline_live, primary key. Called by memory_store.cpp.
SELECT t.task_id, t.first_at, t.settled_at, t.live, t.attributes
FROM metrics_task_timeline AS t
WHERE t.project_id = $1 AND t.live
UNION ALL
SELECT t.task_id, t.first_at, t.settled_at, t.live, t.attributes
FROM metrics_task_timeline AS t
WHERE t.project_id = $1 AND t.task_id = ANY ($2::uuid[]) AND NOT t.live
