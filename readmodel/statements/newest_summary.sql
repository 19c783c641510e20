-- The newest summary of a project at or before an instant, in one scope.
-- $1 uuid  project; $2 timestamptz  at or before; $3 jsonb  scope, {} for the whole project
-- Index: the natural key, read backwards. Called by queries/summary.cpp.
SELECT s.captured_at, s.created_at, s.version, s.payload::text AS payload
FROM metrics_summary AS s
WHERE s.project_id = $1 AND s.captured_at <= $2 AND s.scope = $3::jsonb
ORDER BY s.captured_at DESC
LIMIT 1
