-- Deletes up to a number of resolved entries that were last seen before an instant. One that is opened again meanwhile
-- stays.
-- $1 timestamptz  before; $2 bigint  how many at most
-- Returns how many rows went, and their bytes (see count_old_quarantine).
-- Locks: the rows. Index: metrics_quarantine_resolved finds them, the primary key deletes them.
-- Called by compaction.cpp.
WITH deleted (bytes) AS (
  DELETE FROM metrics_quarantine AS q
  WHERE q.id = ANY (ARRAY(
      SELECT x.id
      FROM metrics_quarantine AS x
      WHERE x.resolved_at IS NOT NULL AND x.last_seen < $1
      ORDER BY x.last_seen
      LIMIT $2))
    AND q.resolved_at IS NOT NULL
  RETURNING
       84 + pg_column_size(q.source) + pg_column_size(q.source_key) + pg_column_size(q.reason)
       + coalesce(pg_column_size(q.raw_row), 0)
)
SELECT count(*), coalesce(sum(d.bytes), 0)
FROM deleted AS d
