-- Deletes up to a number of a metric's drilldown rows whose day lies below a floor.
-- $1 uuid  project; $2 text  metric; $3 timestamptz  floor (exclusive); $4 bigint  how many at most
-- Returns how many rows went, and their bytes (see count_drilldown_below).
-- Locks: the rows. Index: the natural key finds them among the metric's rows, the primary key deletes them.
-- Called by compaction.cpp.
WITH deleted (bytes) AS (
  DELETE FROM metrics_drilldown AS d
  WHERE d.project_id = $1
    AND d.id = ANY (ARRAY(
      SELECT x.id
      FROM metrics_drilldown AS x
      WHERE x.project_id = $1 AND x.metric_key = $2 AND x.time_bucket < $3
      ORDER BY x.entity_type, x.entity_id, x.reference_id  -- as the index has them: no scan
      LIMIT $4))
  RETURNING
       92 + pg_column_size(d.metric_key) + pg_column_size(d.entity_type) + coalesce(pg_column_size(d.reference_id), 0)
       + pg_column_size(d.payload)
)
SELECT count(*), coalesce(sum(g.bytes), 0)
FROM deleted AS g (bytes)
