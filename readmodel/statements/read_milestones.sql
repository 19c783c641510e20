-- The milestones of a project. The three dates are optional columns, so they are read through the row's JSON, where a
-- missing column is a NULL; a date is 10 characters long, a timestamp longer.
-- $1 the project's id, in the type of the column
-- Index: milestone (project_id). Called by sources/delivery_reader.cpp.
SELECT m.id::text AS id,
       m.name::text AS name,
       to_jsonb(m) ->> 'planned_start_date' AS planned_start_date,
       to_jsonb(m) ->> 'planned_completion_date' AS planned_completion_date,
       to_jsonb(m) ->> 'actual_completion_date' AS actual_completion_date
FROM milestone AS m
WHERE m.project_id = $1
