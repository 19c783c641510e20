-- The stored points of a metric in the buckets that are compared.
-- $1 uuid  project; $2 text  metric; $3 metrics_time_grain[]  grains; $4 timestamptz[]  the first bucket of each, NULL: all
-- Index: the natural key, once per grain. Called by comparison.cpp.
SELECT t.id, t.value_numeric, t.value_json::text AS value_json, t.time_grain, t.time_bucket,
       t.dimensions::text AS dimensions
FROM unnest($3::metrics_time_grain[], $4::timestamptz[]) AS g (grain, first_bucket)
JOIN metrics_trend_point AS t
  ON t.project_id = $1 AND t.metric_key = $2 AND t.time_grain = g.grain
     AND t.time_bucket >= coalesce(g.first_bucket, '-infinity')
ORDER BY t.time_grain, t.time_bucket, t.dimensions
