-- The artifacts of a project with the state of their checks.
-- $1 the project's id, in the type of the column
-- with `live:` $2 timestamptz
-- Index: artifact (project_id). Called by sources/delivery_reader.cpp.
SELECT a.id::text AS id,
       a.task_id::text AS task_id,
       a.check_status::text AS check_status,
       a.created_at::timestamptz AS created_at
FROM artifact AS a
WHERE a.project_id = $1
-- live: AND a.created_at >= $2::timestamptz
