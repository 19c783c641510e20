-- Whether any of the tasks exists in a project.
-- $1 the project's id, in the type of the column; $2 uuid[]  tasks
-- Index: task (id). Called by sources/delivery_reader.cpp.
SELECT t.id::text AS id
FROM task AS t
WHERE t.project_id = $1 AND t.id = ANY ($2::uuid[])
LIMIT 1
