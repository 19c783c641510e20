-- The resolved entries that were last seen before an instant, and what they take: their columns as they are stored, and
-- 84 bytes of header and columns of fixed length.
-- $1 timestamptz  before
-- Index: metrics_quarantine_resolved. Called by compaction.cpp.
SELECT count(*), coalesce(sum(
       84 + pg_column_size(q.source) + pg_column_size(q.source_key) + pg_column_size(q.reason)
       + coalesce(pg_column_size(q.raw_row), 0)), 0)
FROM metrics_quarantine AS q
WHERE q.resolved_at IS NOT NULL AND q.last_seen < $1
