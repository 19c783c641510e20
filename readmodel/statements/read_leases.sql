-- The leases of a project's tasks.
-- $1 the project's id, in the type of the column
-- with `live:` $2 uuid[] tasks
-- Index: lease (project_id). Called by sources/delivery_reader.cpp.
SELECT l.id::text AS id,
       l.task_id::text AS task_id,
       l.agent_id::text AS agent_id,
       l.created_at::timestamptz AS created_at
FROM lease AS l
WHERE l.project_id = $1
-- live: AND l.task_id = ANY ($2::uuid[])
