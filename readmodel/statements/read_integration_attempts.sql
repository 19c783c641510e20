-- The integration attempts of a project that have begun: queued ones have not happened yet.
-- $1 the project's id, in the type of the column
-- with `live:` $2 uuid[] tasks
-- Index: integration_attempt (project_id). Called by sources/delivery_reader.cpp.
SELECT a.id::text AS id,
       a.task_id::text AS task_id,
       a.result::text AS result,
       a.started_at::timestamptz AS started_at,
       a.ended_at::timestamptz AS ended_at
FROM integration_attempt AS a
WHERE a.project_id = $1 AND a.result::text IS DISTINCT FROM 'queued'
-- live: AND a.task_id = ANY ($2::uuid[])
