-- The stored breakdown points of a project in ranges of buckets, and those without a bucket, to be compared with the
-- finished ones.
-- $1 uuid           project
-- $2 text[]         metrics; $3 text[]  grains: of one range each
-- $4 timestamptz[]  from; $5 timestamptz[]  to (exclusive)
-- $6 text[]         metrics of which those without a bucket are compared as well
-- Index: the natural key, one scan per range. Called by tables.cpp.
SELECT p.id, p.value_numeric, p.value_json
FROM unnest($2::text[], $3::metrics_time_grain[], $4::timestamptz[], $5::timestamptz[])
  AS r (metric_key, grain, from_bucket, to_bucket)
CROSS JOIN LATERAL (
  SELECT b.id, b.value_numeric, b.value_json::text AS value_json
  FROM metrics_breakdown_point AS b
  WHERE b.project_id = $1 AND b.metric_key = r.metric_key AND b.time_grain = r.grain
    AND b.time_bucket >= r.from_bucket AND b.time_bucket < r.to_bucket
  OFFSET 0  -- one scan of the index per range, never one of all the project's points
) AS p
UNION ALL
SELECT b.id, b.value_numeric, b.value_json::text AS value_json
FROM metrics_breakdown_point AS b
WHERE b.project_id = $1 AND b.metric_key = ANY ($6::text[]) AND b.time_bucket IS NULL
