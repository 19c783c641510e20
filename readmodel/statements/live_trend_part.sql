-- The stored points of a project in ranges of buckets, to be compared with the finished ones.
-- $1 uuid    project; $2 text[]  metrics
-- $3 text[]  grains; $4 timestamptz[]  from; $5 timestamptz[]  to (exclusive): one range each
-- Index: the natural key, one scan per metric and range. Called by tables.cpp.
SELECT p.id, p.value_numeric, p.value_json
FROM unnest($2::text[]) AS m (metric_key)
CROSS JOIN unnest($3::metrics_time_grain[], $4::timestamptz[], $5::timestamptz[]) AS r (grain, from_bucket, to_bucket)
CROSS JOIN LATERAL (
  SELECT t.id, t.value_numeric, t.value_json::text AS value_json
  FROM metrics_trend_point AS t
  WHERE t.project_id = $1 AND t.metric_key = m.metric_key AND t.time_grain = r.grain
    AND t.time_bucket >= r.from_bucket AND t.time_bucket < r.to_bucket
) AS p
