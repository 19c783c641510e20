-- Projects that imported tasks have left and that hold no task any more; everything of theirs goes with them.
-- $1 project ids
-- Index: task_project. Called by: source_writer.
DELETE FROM project
 WHERE id = ANY ($1::uuid[])
   AND NOT EXISTS (SELECT FROM task WHERE task.project_id = project.id)
