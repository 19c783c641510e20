-- Tasks, staged as the table has them.
-- Called by: source_writer, once per transaction; filled by COPY.
CREATE TEMPORARY TABLE import_tasks ON COMMIT DROP AS
SELECT id, project_id, short_id, title, state, priority, work_spec, task_class, capability_tags, created_by,
       created_at, updated_at
  FROM task
  WITH NO DATA
