-- Projects as JSON, for those that cannot be used. The ids are compared as text: a key that is no id of the column's
-- type must not end the run.
-- $1 text[]  ids
-- Called by quarantine_store.cpp.
SELECT s.id::text AS source_key, to_jsonb(s)::text AS raw_row
FROM project AS s
WHERE s.id::text = ANY ($1::text[])
