-- A project's alerts, the open ones first, then the worst and the newest.
-- $1 uuid  project; $2 text  severity or NULL; $3 text  metric or NULL; $4 boolean  open ones only, resolved ones only,
-- or NULL for both; $5 bigint  most rows
-- Index: metrics_alert_created. Called by queries/alerts.cpp.
SELECT a.id, a.metric_key, a.alert_type, a.severity, a.value, a.threshold, a.context::text AS context, a.created_at,
       a.last_seen, a.acknowledged_at, a.resolved_at
FROM metrics_alert AS a
WHERE a.project_id = $1
  AND ($2::text IS NULL OR a.severity = $2)
  AND ($3::text IS NULL OR a.metric_key = $3)
  AND ($4::boolean IS NULL OR (a.resolved_at IS NULL) = $4)
ORDER BY a.resolved_at IS NOT NULL,
         array_position(ARRAY['emergency', 'critical', 'warning'], a.severity),
         a.created_at DESC, a.metric_key, a.alert_type, a.id
LIMIT $5
