-- The points of a metric split by any of the named dimensions, one at a time, in order of time, dimension and value.
-- $1 uuid  project; $2 text  metric; $3 metrics_time_grain; $4, $5 timestamptz  the bucket's start: from, and before;
-- $6 bigint  most points; $7 text[]  dimension names; $8 text[]  the one value wanted of each, NULL: every value
-- Index: the natural key; the dimension is looked at after it. Called by queries/trend.cpp.
SELECT t.time_bucket, d.name AS dimension, d.value AS dimension_value, t.value_numeric,
       t.value_json::text AS value_json, t.computed_at
FROM metrics_trend_point AS t
CROSS JOIN LATERAL jsonb_each_text(t.dimensions) AS d (name, value)
JOIN unnest($7::text[], $8::text[]) AS wanted (name, value)
  ON wanted.name = d.name AND (wanted.value IS NULL OR wanted.value = d.value)
WHERE t.project_id = $1
  AND t.metric_key = $2
  AND t.time_grain = $3
  AND t.time_bucket >= $4
  AND t.time_bucket < $5
ORDER BY t.time_bucket, d.name COLLATE "C", d.value COLLATE "C"
LIMIT $6
