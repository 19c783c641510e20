-- A cursor over a project's drilldown rows, by metric and day, then entity; the current state (no day) comes last.
-- $1 uuid  project
-- Index: the project in the natural key; the server sorts. Called by queries/stored_rows.cpp.
DECLARE stored_drilldown NO SCROLL CURSOR FOR
SELECT d.id, d.metric_key, d.time_bucket, d.entity_type, d.entity_id, d.reference_id, d.payload::text AS payload
FROM metrics_drilldown AS d
WHERE d.project_id = $1
ORDER BY d.metric_key, d.time_bucket, d.entity_type, d.entity_id, d.reference_id
