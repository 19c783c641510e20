-- The newest day points of each metric over everything, newest first: a walk down the index per metric. Of value_json
-- only what is asked for comes along, since its aggregate state may be kilobytes.
-- $1 uuid  project; $2 text[]  metrics; $3 text[]  for each, the member of value_json that its thresholds are for, or
-- '' for value_numeric; $4 timestamptz  buckets that start at or before it; $5 bigint  points per metric
-- Index: the natural key, read backwards. Called by queries/day_series.cpp.
SELECT m.metric_key, p.time_bucket, p.partial, p.value_numeric, p.field_value
FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS m (metric_key, field, position)
CROSS JOIN LATERAL (
  SELECT t.time_bucket,
         coalesce(t.value_json -> 'partial' = 'true', false) AS partial,
         t.value_numeric,
         CASE
           WHEN m.field = '' THEN t.value_numeric
           WHEN jsonb_typeof(t.value_json -> m.field) = 'number' THEN (t.value_json ->> m.field)::float8
         END AS field_value
  FROM metrics_trend_point AS t
  WHERE t.project_id = $1
    AND t.metric_key = m.metric_key
    AND t.time_grain = 'day'
    AND t.dimensions = '{}'
    AND t.time_bucket <= $4
  ORDER BY t.time_bucket DESC
  LIMIT $5
) AS p
ORDER BY m.position, p.time_bucket DESC
