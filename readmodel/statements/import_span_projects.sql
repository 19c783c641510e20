-- A project lasts from its first task's creation to its last task's change.
-- $1 project ids
-- Index: task_project. Called by: source_writer.
UPDATE project
   SET created_at = span.created_at, updated_at = span.updated_at
  FROM (SELECT task.project_id, min(task.created_at) AS created_at, max(task.updated_at) AS updated_at
          FROM task
         WHERE task.project_id = ANY ($1::uuid[])
         GROUP BY task.project_id) AS span
 WHERE project.id = span.project_id
   AND (project.created_at, project.updated_at) IS DISTINCT FROM (span.created_at, span.updated_at)
