-- Staged tasks that are new or differ. The others are neither written nor locked.
-- Index: task_pkey. Called by: source_writer.
INSERT INTO task (id, project_id, short_id, title, state, priority, work_spec, task_class, capability_tags,
                  created_by, created_at, updated_at)
SELECT staged.id, staged.project_id, staged.short_id, staged.title, staged.state, staged.priority, staged.work_spec,
       staged.task_class, staged.capability_tags, staged.created_by, staged.created_at, staged.updated_at
  FROM import_tasks staged
  LEFT JOIN task stored ON stored.id = staged.id
 WHERE stored.id IS NULL
    OR (stored.project_id, stored.short_id, stored.title, stored.state, stored.priority, stored.work_spec, stored.task_class,
        stored.capability_tags, stored.created_by, stored.created_at, stored.updated_at)
       IS DISTINCT FROM
       (staged.project_id, staged.short_id, staged.title, staged.state, staged.priority, staged.work_spec, staged.task_class,
        staged.capability_tags, staged.created_by, staged.created_at, staged.updated_at)
 ORDER BY staged.id
    ON CONFLICT (id) DO UPDATE
   SET project_id = excluded.project_id, short_id = excluded.short_id, title = excluded.title,
       state = excluded.state, priority = excluded.priority, work_spec = excluded.work_spec,
       task_class = excluded.task_class, capability_tags = excluded.capability_tags,
       created_by = excluded.created_by, created_at = excluded.created_at, updated_at = excluded.updated_at
