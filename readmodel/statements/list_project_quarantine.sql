-- The open quarantine entries of a project.
-- $1 uuid  project
-- Index: the natural key. Called by queries/explain.cpp.
SELECT q.source, q.source_key, q.reason, q.first_seen
FROM metrics_quarantine AS q
WHERE q.project_id = $1 AND q.resolved_at IS NULL
ORDER BY q.source, q.source_key
