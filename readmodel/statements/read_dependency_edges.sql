-- The dependencies between the tasks of a project.
-- $1 the project's id, in the type of the column
-- with `live:` $2 uuid[] tasks
-- Index: dependency_edge (project_id). Called by sources/delivery_reader.cpp.
SELECT e.id::text AS id,
       e.from_task_id::text AS from_task_id,
       e.to_task_id::text AS to_task_id,
       e.unlock_on::text AS unlock_on,
       e.created_at::timestamptz AS created_at
FROM dependency_edge AS e
WHERE e.project_id = $1
-- live: AND e.to_task_id = ANY ($2::uuid[])
