-- The runs of a job that ended before an instant, or began before it and were killed, but never its newest, and what they
-- take: their columns as they are stored, and 128 bytes of header and columns of fixed length.
-- $1 text  job; $2 timestamptz  before
-- Index: metrics_job_run (job, started_at): what ended before it began before it. Called by compaction.cpp.
SELECT count(*), coalesce(sum(
       128 + pg_column_size(r.job) + pg_column_size(r.mode) + coalesce(pg_column_size(r.failure_reason), 0)
       + coalesce(pg_column_size(r.worker), 0) + coalesce(pg_column_size(r.report), 0)), 0)
FROM metrics_job_run AS r
WHERE r.job = $1 AND r.started_at < $2 AND coalesce(r.finished_at, r.started_at) < $2
  AND r.started_at < (SELECT max(n.started_at) FROM metrics_job_run AS n WHERE n.job = $1)
