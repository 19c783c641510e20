-- Deletes up to a number of a metric's breakdown points below a floor, the oldest first.
-- $1 uuid  project; $2 text  metric; $3 timestamptz  floor (exclusive); $4 bigint  how many at most
-- Returns how many rows went, and their bytes (see count_breakdown_below).
-- Locks: the rows. Index: the natural key finds them, the primary key deletes them. Called by compaction.cpp.
WITH deleted (bytes) AS (
  DELETE FROM metrics_breakdown_point AS b
  WHERE b.project_id = $1
    AND b.id = ANY (ARRAY(
      SELECT x.id
      FROM metrics_breakdown_point AS x
      WHERE x.project_id = $1 AND x.metric_key = $2 AND x.time_grain = 'day' AND x.time_bucket < $3
      ORDER BY x.time_bucket
      LIMIT $4))
  RETURNING
       100 + pg_column_size(b.metric_key) + pg_column_size(b.dimension_key) + pg_column_size(b.dimension_value)
       + pg_column_size(b.value_json)
)
SELECT count(*), coalesce(sum(d.bytes), 0)
FROM deleted AS d
