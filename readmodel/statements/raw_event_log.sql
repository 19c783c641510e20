-- Events of a project as JSON, for those that cannot be used.
-- $1 array of ids, in the type of the column: integers; $2 the project's id, in the type of the column
-- Index: event_log (id). Called by quarantine_store.cpp.
SELECT s.id::text AS source_key, to_jsonb(s)::text AS raw_row
FROM event_log AS s
WHERE s.project_id = $2 AND s.id = ANY ($1)
