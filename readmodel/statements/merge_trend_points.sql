-- Writes the staged points of a project. The guard at its end spares a row that
-- another writer has made equal meanwhile.
-- $1 uuid  project; $2 timestamptz  when it was computed
-- Returns how many rows were written, by metric.
-- Locks: the rows. Index: the natural key. Called by tables.cpp.
WITH written (metric_key) AS (
  INSERT INTO metrics_trend_point AS t
    (id, project_id, metric_key, time_grain, time_bucket, dimensions, value_numeric, value_json, computed_at)
  SELECT s.id, $1::uuid, s.metric_key, s.time_grain, s.time_bucket, s.dimensions, s.value_numeric, s.value_json,
         $2::timestamptz
  FROM staged_trend_point AS s
  ORDER BY s.metric_key, s.time_grain, s.time_bucket, s.dimensions
  ON CONFLICT (project_id, metric_key, time_grain, time_bucket, dimensions) DO UPDATE
  SET value_numeric = excluded.value_numeric,
      value_json = excluded.value_json,
      computed_at = excluded.computed_at
  WHERE (t.value_numeric, t.value_json::text) IS DISTINCT FROM (excluded.value_numeric, excluded.value_json::text)
  RETURNING t.metric_key
)
SELECT w.metric_key, count(*)
FROM written AS w
GROUP BY w.metric_key
