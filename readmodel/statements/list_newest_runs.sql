-- The newest run of each job: one step in the index per job.
-- Index: metrics_job_run (job, started_at). Called by queries/status.cpp.
SELECT DISTINCT ON (r.job)
       r.job, r.mode, r.status, r.project_id, r.as_of, r.started_at, r.finished_at, r.rows_written, r.rows_unchanged,
       r.rows_deleted, r.attempts, r.failure_reason, r.report::text AS report
FROM metrics_job_run AS r
ORDER BY r.job, r.started_at DESC, r.id
