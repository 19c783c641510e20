-- The integration attempts of a project that have not happened yet, which read_integration_attempts leaves out.
-- $1 the project's id, in the type of the column
-- Index: integration_attempt (project_id). Called by sources/uncounted_reader.cpp.
SELECT a.id::text AS id,
       a.task_id::text AS task_id,
       coalesce(a.ended_at, a.started_at)::timestamptz AS at
FROM integration_attempt AS a
WHERE a.project_id = $1 AND a.result::text = 'queued'
