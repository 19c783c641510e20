-- Every entry of a project, resolved ones included: a row that goes wrong again keeps its first_seen.
-- $1 uuid  project, NULL: the entries of no project
-- Index: the natural key. Called by quarantine_store.cpp.
SELECT q.source, q.source_key, q.reason, q.last_seen, q.resolved_at
FROM metrics_quarantine AS q
WHERE q.project_id = $1::uuid OR (q.project_id IS NULL AND $1::uuid IS NULL)
