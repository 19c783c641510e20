-- The stored points of a project in ranges of buckets, to be compared with the finished ones.
-- $1 uuid           project
-- $2 text[]         metrics; $3 text[]  grains: of one range each
-- $4 timestamptz[]  from; $5 timestamptz[]  to (exclusive)
-- Index: the natural key, one scan per range. Called by tables.cpp.
SELECT p.id, p.value_numeric, p.value_json
FROM unnest($2::text[], $3::metrics_time_grain[], $4::timestamptz[], $5::timestamptz[])
  AS r (metric_key, grain, from_bucket, to_bucket)
CROSS JOIN LATERAL (
  SELECT t.id, t.value_numeric, t.value_json::text AS value_json
  FROM metrics_trend_point AS t
  WHERE t.project_id = $1 AND t.metric_key = r.metric_key AND t.time_grain = r.grain
    AND t.time_bucket >= r.from_bucket AND t.time_bucket < r.to_bucket
  OFFSET 0  -- one scan of the index per range, never one of all the project's points
) AS p
