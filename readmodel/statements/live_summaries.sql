-- The stored summaries of a project at an instant, one per scope.
-- $1 uuid  project; $2 timestamptz  captured_at
-- Index: the natural key. Called by summary_store.cpp.
SELECT s.id, s.version, s.payload::text AS payload
FROM metrics_summary AS s
WHERE s.project_id = $1 AND s.captured_at = $2
