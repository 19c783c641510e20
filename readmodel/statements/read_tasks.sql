-- The tasks of a project. task.state is not read: a timeline is made of events. The columns of `absent` are optional: a
-- name without a table is the task's column where there is one, else the NULL around it.
-- $1 the project's id, in the type of the column
-- with `live:` $2 uuid[] tasks
-- Index: task (project_id). Called by sources/delivery_reader.cpp.
SELECT r.id, r.short_id, r.title, r.phase_id, r.milestone_id, r.priority, r.task_class, r.capability_tags, r.created_at
FROM (VALUES (NULL, NULL, NULL)) AS absent (short_id, phase_id, milestone_id)
CROSS JOIN LATERAL (
  SELECT t.id::text AS id,
         short_id::text AS short_id,
         t.title::text AS title,
         phase_id::text AS phase_id,
         milestone_id::text AS milestone_id,
         t.priority::text AS priority,
         t.task_class::text AS task_class,
         to_jsonb(t.capability_tags)::text AS capability_tags,
         t.created_at::timestamptz AS created_at
  FROM task AS t
  WHERE t.project_id = $1
  -- live: AND t.id = ANY ($2::uuid[])
) AS r
