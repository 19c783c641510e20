-- Closes entries whose rows are no longer reported.
-- $1 uuid  project or NULL; $2 timestamptz  when; $3 text[] sources; $4 text[] keys
-- Locks: the rows. Index: the natural key. Called by quarantine_store.cpp.
UPDATE metrics_quarantine AS q
SET resolved_at = $2::timestamptz
FROM unnest($3::text[], $4::text[]) AS gone (source, source_key)
WHERE (q.project_id = $1::uuid OR (q.project_id IS NULL AND $1::uuid IS NULL))
  AND q.source = gone.source
  AND q.source_key = gone.source_key
  AND q.resolved_at IS NULL
