-- A cursor over a project's summaries, by instant and scope.
-- $1 uuid  project
-- Index: the natural key. Called by queries/stored_rows.cpp.
DECLARE stored_summaries NO SCROLL CURSOR FOR
SELECT s.id, s.captured_at, s.version, s.scope::text AS scope, s.payload::text AS payload
FROM metrics_summary AS s
WHERE s.project_id = $1
ORDER BY s.captured_at, s.scope
