-- The open entries of a project whose reason begins in a certain way.
-- $1 uuid  project; $2 text  pattern of the reason
-- Index: the natural key. Called by quarantine_store.cpp.
SELECT q.source, q.source_key, q.reason
FROM metrics_quarantine AS q
WHERE q.project_id = $1 AND q.resolved_at IS NULL AND q.reason LIKE $2
