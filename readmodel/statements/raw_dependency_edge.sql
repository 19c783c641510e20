-- Rows of a project's dependency_edge as JSON, for those that cannot be used.
-- The ids are compared as text: a key that is no id of the column's type must not end the run.
-- $1 text[]  ids; $2 the project's id, in the type of the column
-- Index: dependency_edge (project_id, ..). Called by quarantine_store.cpp.
SELECT s.id::text AS source_key, to_jsonb(s)::text AS raw_row
FROM dependency_edge AS s
WHERE s.project_id = $2 AND s.id::text = ANY ($1::text[])
