-- The events of tasks that their newest snapshot puts into another project.
-- $1 task ids, $2 the project of each
-- Index: event_log_entity. Called by: source_writer.
UPDATE event_log
   SET project_id = moved.project_id
  FROM unnest($1::uuid[], $2::uuid[]) AS moved (task_id, project_id)
 WHERE event_log.entity_id = moved.task_id
   AND event_log.entity_type::text = 'task'
   AND event_log.project_id <> moved.project_id
