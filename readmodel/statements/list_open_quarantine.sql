-- The open quarantine entries seen first most recently.
-- $1 bigint  most entries
-- Called by queries/status.cpp.
SELECT q.project_id, q.source, q.source_key, q.reason, q.first_seen, q.last_seen
FROM metrics_quarantine AS q
WHERE q.resolved_at IS NULL
ORDER BY q.first_seen DESC, q.source, q.source_key, q.project_id
LIMIT $1
