-- Opens or renews entries; first_seen stays, and so does the raw row where the source has none any more.
-- $1 uuid  project or NULL; $2 timestamptz  when; $3 uuid[] ids; $4 text[] sources; $5 text[] keys; $6 text[] reasons;
-- $7 jsonb[] raw rows
-- Locks: the rows. Index: the natural key. Called by quarantine_store.cpp.
INSERT INTO metrics_quarantine AS q
  (id, project_id, source, source_key, reason, raw_row, first_seen, last_seen, resolved_at)
SELECT s.id, $1::uuid, s.source, s.source_key, s.reason, s.raw_row, $2::timestamptz, $2::timestamptz, NULL::timestamptz
FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::jsonb[]) AS s (id, source, source_key, reason, raw_row)
ORDER BY s.source COLLATE "C", s.source_key COLLATE "C"
ON CONFLICT (project_id, source, source_key) DO UPDATE
SET reason = excluded.reason,
    raw_row = coalesce(excluded.raw_row, q.raw_row),
    last_seen = excluded.last_seen,
    resolved_at = NULL
