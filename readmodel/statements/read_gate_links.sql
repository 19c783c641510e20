-- What was submitted to the gates of a project.
-- $1 the project's id, in the type of the column
-- with `live:` $2 uuid[] tasks
-- Index: gate_candidate_link (project_id). Called by sources/delivery_reader.cpp.
SELECT l.id::text AS id,
       l.gate_task_id::text AS gate_task_id,
       l.candidate_task_id::text AS candidate_task_id,
       l.created_at::timestamptz AS created_at
FROM gate_candidate_link AS l
WHERE l.project_id = $1
-- live: AND l.candidate_task_id = ANY ($2::uuid[])
