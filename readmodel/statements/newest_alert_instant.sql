-- The newest as-of at which an alert of a project was opened, renewed or resolved; NULL where it never had one.
-- $1 uuid  project
-- Index: one that begins with project_id. Called by alert_store.cpp.
SELECT max(greatest(a.last_seen, a.resolved_at)) AS newest
FROM metrics_alert AS a
WHERE a.project_id = $1
