-- Open quarantine entries per project and source.
-- Called by queries/status.cpp.
SELECT q.project_id, q.source, count(*) AS open
FROM metrics_quarantine AS q
WHERE q.resolved_at IS NULL
GROUP BY q.project_id, q.source
ORDER BY q.project_id, q.source
