-- The phases of a project: what a task's phase_id stands for.
-- $1 the project's id, in the type of the column
-- Index: phase (project_id). Called by sources/delivery_reader.cpp.
SELECT ph.id::text AS id, ph.name::text AS name
FROM phase AS ph
WHERE ph.project_id = $1
