-- The stored points of a metric in the buckets that are compared.
-- $1 uuid           project
-- $2 text[]         metrics, here the same; $3 text[]  grains: of one range each
-- $4 timestamptz[]  from; $5 timestamptz[]  to (exclusive)
-- Index: the natural key, one scan per range. Called by comparison.cpp.
SELECT t.id, t.value_numeric, t.value_json::text AS value_json, t.time_grain, t.time_bucket,
       t.dimensions::text AS dimensions
FROM unnest($2::text[], $3::metrics_time_grain[], $4::timestamptz[], $5::timestamptz[])
  AS r (metric_key, grain, from_bucket, to_bucket)
JOIN metrics_trend_point AS t
  ON t.project_id = $1 AND t.metric_key = r.metric_key AND t.time_grain = r.grain
     AND t.time_bucket >= r.from_bucket AND t.time_bucket < r.to_bucket
ORDER BY t.time_grain, t.time_bucket, t.dimensions
