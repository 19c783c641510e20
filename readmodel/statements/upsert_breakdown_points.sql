-- Writes a few changed breakdown points of a project. The guard at its end spares a row that
-- another writer has made equal meanwhile.
-- $1 uuid  project; $2 timestamptz  when it was computed; $3.. arrays of one item per point
-- Returns how many rows were written, by metric.
-- Locks: the rows. Index: the natural key. Called by tables.cpp.
WITH written (metric_key) AS (
  INSERT INTO metrics_breakdown_point AS b
    (id, project_id, metric_key, time_grain, time_bucket, dimension_key, dimension_value, value_numeric, value_json,
     computed_at)
  SELECT s.id, $1::uuid, s.metric_key, s.time_grain, s.time_bucket, s.dimension_key, s.dimension_value, s.value_numeric,
         s.value_json, $2::timestamptz
  FROM unnest($3::uuid[], $4::text[], $5::metrics_time_grain[], $6::timestamptz[], $7::text[], $8::text[], $9::float8[],
              $10::jsonb[])
    AS s (id, metric_key, time_grain, time_bucket, dimension_key, dimension_value, value_numeric, value_json)
  ORDER BY s.metric_key, s.time_grain, s.time_bucket, s.dimension_key, s.dimension_value
  ON CONFLICT (project_id, metric_key, time_grain, time_bucket, dimension_key, dimension_value) DO UPDATE
  SET value_numeric = excluded.value_numeric,
      value_json = excluded.value_json,
      computed_at = excluded.computed_at
  WHERE (b.value_numeric, b.value_json::text) IS DISTINCT FROM (excluded.value_numeric, excluded.value_json::text)
  RETURNING b.metric_key
)
SELECT w.metric_key, count(*)
FROM written AS w
GROUP BY w.metric_key
