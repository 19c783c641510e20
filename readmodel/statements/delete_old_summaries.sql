-- Deletes up to a number of a project's summaries that were captured before an instant.
-- $1 uuid  project; $2 timestamptz  before; $3 bigint  how many at most
-- Returns how many rows went, and their bytes (see count_old_summaries).
-- Locks: the rows. Index: the natural key finds them, the primary key deletes them. Called by compaction.cpp.
WITH deleted (bytes) AS (
  DELETE FROM metrics_summary AS s
  WHERE s.project_id = $1
    AND s.id = ANY (ARRAY(
      SELECT x.id
      FROM metrics_summary AS x
      WHERE x.project_id = $1 AND x.captured_at < $2
      ORDER BY x.captured_at
      LIMIT $3))
  RETURNING 76 + pg_column_size(s.version) + pg_column_size(s.scope) + pg_column_size(s.payload)
)
SELECT count(*), coalesce(sum(d.bytes), 0)
FROM deleted AS d
