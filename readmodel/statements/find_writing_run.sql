-- The run that was under way when rows of a project were written: of one project or of all, the newest. A run that never
-- ended (its worker died) counts only where no other does.
-- $1 uuid  project; $2 timestamptz  when the rows were written; $3 text[]  the jobs that write such rows
-- Index: metrics_job_run (job, started_at). Called by queries/explain.cpp.
SELECT r.id, r.job, r.mode, r.status, r.as_of, r.started_at, r.finished_at, r.worker
FROM metrics_job_run AS r
WHERE r.job = ANY ($3::text[])
  AND r.started_at <= $2
  AND (r.finished_at IS NULL OR r.finished_at >= $2)
  AND (r.project_id IS NULL OR r.project_id = $1)
ORDER BY r.finished_at IS NULL, r.started_at DESC, r.id
LIMIT 1
