-- Deletes up to a number of a metric's points below a floor, the oldest first, but for those of some ISO weeks.
-- $1 uuid  project; $2 text  metric; $3 text  grain; $4 timestamptz  floor (exclusive); $5 timestamptz[]  weeks that
-- stay; $6 bigint  how many at most
-- Returns how many rows went, and their bytes (see count_trend_weeks).
-- Locks: the rows. Index: the natural key finds them, the primary key deletes them. Called by compaction.cpp.
WITH deleted (bytes) AS (
  DELETE FROM metrics_trend_point AS t
  WHERE t.project_id = $1
    -- An array, not IN (SELECT ..), for which the planner would rather scan a table of some 100,000 rows.
    AND t.id = ANY (ARRAY(
      SELECT x.id
      FROM metrics_trend_point AS x
      WHERE x.project_id = $1 AND x.metric_key = $2 AND x.time_grain = $3::metrics_time_grain AND x.time_bucket < $4
        AND date_trunc('week', x.time_bucket, 'UTC') <> ALL ($5::timestamptz[])
      ORDER BY x.time_bucket
      LIMIT $6))
  RETURNING 92 + pg_column_size(t.metric_key) + pg_column_size(t.dimensions) + pg_column_size(t.value_json)
)
SELECT count(*), coalesce(sum(d.bytes), 0)
FROM deleted AS d
