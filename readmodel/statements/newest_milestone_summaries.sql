-- The milestones' summaries of the newest slot that has any, from $3 to $2, by scope.
-- $1 uuid  project; $2 timestamptz  at or before; $3 timestamptz  and not before
-- Index: metrics_summary's natural key, read backwards. Called by queries/summary.cpp.
SELECT s.captured_at, s.scope ->> 'milestone' AS milestone, s.payload::text AS payload
FROM metrics_summary AS s
WHERE s.project_id = $1
  AND s.scope <> '{}'
  AND s.captured_at = (
    SELECT max(n.captured_at)
    FROM metrics_summary AS n
    WHERE n.project_id = $1 AND n.captured_at <= $2 AND n.captured_at >= $3 AND n.scope <> '{}'
  )
ORDER BY s.scope ->> 'milestone' COLLATE "C"
