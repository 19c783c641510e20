-- The touched tasks as they are stored.
-- Index: task_pkey. Called by: source_writer.
SELECT task.id::text,
       task.project_id::text,
       coalesce(task.short_id, ''),
       task.title,
       task.state::text,
       task.priority::text,
       CASE jsonb_typeof(task.work_spec->'sequence') WHEN 'number' THEN task.work_spec->>'sequence' ELSE '0' END,
       task.task_class::text,
       task.capability_tags::text,
       task.created_by::text,
       (extract(epoch FROM task.created_at) * 1000000)::bigint,
       (extract(epoch FROM task.updated_at) * 1000000)::bigint
  FROM import_touched
  JOIN task ON task.id = import_touched.id
