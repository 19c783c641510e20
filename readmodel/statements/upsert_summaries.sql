-- Writes the new or changed summaries of a project at an instant.
-- $1 uuid  project; $2 timestamptz  captured_at; $3 timestamptz  created_at; $4 text  contract version; $5 uuid[] ids;
-- $6 jsonb[] scopes; $7 jsonb[] payloads
-- Locks: the rows. Index: the natural key. Called by summary_store.cpp.
INSERT INTO metrics_summary AS m (id, project_id, captured_at, version, scope, payload, created_at)
SELECT s.id, $1::uuid, $2::timestamptz, $4::text, s.scope, s.payload, $3::timestamptz
FROM unnest($5::uuid[], $6::jsonb[], $7::jsonb[]) AS s (id, scope, payload)
ORDER BY s.scope
ON CONFLICT (project_id, captured_at, scope) DO UPDATE
SET version = excluded.version,
    payload = excluded.payload,
    created_at = excluded.created_at
WHERE (m.version, m.payload::text) IS DISTINCT FROM (excluded.version, excluded.payload::text)
