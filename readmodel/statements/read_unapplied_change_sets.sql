-- The change sets of a project that are not applied, which read_change_sets leaves out.
-- $1 the project's id, in the type of the column
-- Index: plan_change_set (project_id). Called by sources/uncounted_reader.cpp.
SELECT c.id::text AS id,
       NULL::text AS task_id,
       coalesce(c.applied_at, c.created_at)::timestamptz AS at
FROM plan_change_set AS c
WHERE c.project_id = $1 AND c.status::text IS DISTINCT FROM 'applied'
