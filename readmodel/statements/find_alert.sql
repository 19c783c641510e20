-- One alert of a project.
-- $1 uuid  project; $2 uuid  id
-- Index: primary key. Called by alert_store.cpp.
SELECT a.resolved_at, a.acknowledged_at
FROM metrics_alert AS a
WHERE a.project_id = $1 AND a.id = $2
