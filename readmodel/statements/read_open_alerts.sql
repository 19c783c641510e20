-- The open alerts of a project.
-- $1 uuid  project
-- Index: metrics_alert_open. Called by alert_store.cpp.
SELECT a.metric_key, a.alert_type, a.severity, a.value, a.threshold, a.context::text AS context, a.created_at,
       a.last_seen, a.acknowledged_at
FROM metrics_alert AS a
WHERE a.project_id = $1 AND a.resolved_at IS NULL
ORDER BY a.metric_key, a.alert_type
