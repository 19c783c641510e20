-- Whether a row of a project was set aside for want of one of the tasks.
-- $1 uuid  project; $2 text[]  tasks
-- Index: metrics_quarantine_key. Called by memory_store.cpp.
SELECT q.source_key
FROM metrics_quarantine AS q
WHERE q.project_id = $1 AND q.resolved_at IS NULL
  AND EXISTS (SELECT FROM unnest($2::text[]) AS s (task_id) WHERE position(s.task_id IN q.reason) > 0)
LIMIT 1
