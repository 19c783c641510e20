-- The tasks of a project. task.state is not read: a timeline is made of events.
-- $1 the project's id, in the type of the column
-- Index: task (project_id). Called by sources/delivery_reader.cpp.
SELECT t.id::text AS id,
       t.short_id::text AS short_id,
       t.title::text AS title,
       t.phase_id::text AS phase_id,
       t.milestone_id::text AS milestone_id,
       t.priority::text AS priority,
       t.task_class::text AS task_class,
       to_jsonb(t.capability_tags)::text AS capability_tags,
       t.created_at::timestamptz AS created_at
FROM task AS t
WHERE t.project_id = $1
