-- The stored breakdown points of a project in ranges of days, to be compared with the finished ones.
-- $1 uuid           project; $2 text[]  metrics
-- $3 timestamptz[]  from; $4 timestamptz[]  to (exclusive): one range each
-- Index: the natural key, one scan per metric and range. Called by tables.cpp.
SELECT p.id, p.value_numeric, p.value_json
FROM unnest($2::text[]) AS m (metric_key)
CROSS JOIN unnest($3::timestamptz[], $4::timestamptz[]) AS r (from_bucket, to_bucket)
CROSS JOIN LATERAL (
  SELECT b.id, b.value_numeric, b.value_json::text AS value_json
  FROM metrics_breakdown_point AS b
  WHERE b.project_id = $1 AND b.metric_key = m.metric_key AND b.time_grain = 'day'
    AND b.time_bucket >= r.from_bucket AND b.time_bucket < r.to_bucket
) AS p
