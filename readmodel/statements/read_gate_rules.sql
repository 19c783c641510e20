-- The gate rules of a project with their gate types; inactive ones too, for old decisions name them.
-- $1 the project's id, in the type of the column
-- Index: gate_rule (project_id). Called by sources/delivery_reader.cpp.
SELECT r.id::text AS id, coalesce(r.scope ->> 'gate_type', r.name::text) AS gate_type
FROM gate_rule AS r
WHERE r.project_id = $1
