-- Writes the staged drilldown rows of a project. The guard at its end spares a row that
-- another writer has made equal meanwhile.
-- $1 uuid  project; $2 timestamptz  when it was computed
-- Returns how many rows were written, by metric.
-- Locks: the rows. Index: the natural key. Called by tables.cpp.
WITH written (metric_key) AS (
  INSERT INTO metrics_drilldown AS d
    (id, project_id, metric_key, entity_type, entity_id, reference_id, time_bucket, payload, computed_at)
  SELECT s.id, $1::uuid, s.metric_key, s.entity_type, s.entity_id, s.reference_id, s.time_bucket, s.payload,
         $2::timestamptz
  FROM staged_drilldown AS s
  ORDER BY s.metric_key, s.entity_type, s.entity_id, s.reference_id, s.time_bucket
  ON CONFLICT (project_id, metric_key, entity_type, entity_id, reference_id, time_bucket) DO UPDATE
  SET payload = excluded.payload,
      computed_at = excluded.computed_at
  WHERE d.payload::text IS DISTINCT FROM excluded.payload::text
  RETURNING d.metric_key
)
SELECT w.metric_key, count(*)
FROM written AS w
GROUP BY w.metric_key
