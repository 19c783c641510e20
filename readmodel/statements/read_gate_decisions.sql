-- The gate decisions of a project.
-- $1 the project's id, in the type of the column
-- with `live:` $2 uuid[] tasks; $3 timestamptz, of those without a task
-- Index: gate_decision (project_id). Called by sources/delivery_reader.cpp.
SELECT d.id::text AS id,
       d.gate_rule_id::text AS gate_rule_id,
       d.task_id::text AS task_id,
       d.outcome::text AS outcome,
       d.actor_id::text AS actor_id,
       d.created_at::timestamptz AS created_at
FROM gate_decision AS d
WHERE d.project_id = $1
-- live: AND (d.task_id = ANY ($2::uuid[]) OR d.task_id IS NULL AND d.created_at >= $3::timestamptz)
