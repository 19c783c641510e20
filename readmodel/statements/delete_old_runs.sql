-- Deletes up to a number of a job's runs that ended before an instant, or began before it and were killed, but never its
-- newest.
-- $1 text  job; $2 timestamptz  before; $3 bigint  how many at most
-- Returns how many rows went, and their bytes (see count_old_runs).
-- Locks: the rows. Index: metrics_job_run (job, started_at) finds them, the primary key deletes them.
-- Called by compaction.cpp.
WITH deleted (bytes) AS (
  DELETE FROM metrics_job_run AS r
  WHERE r.id = ANY (ARRAY(
      SELECT x.id
      FROM metrics_job_run AS x
      WHERE x.job = $1 AND x.started_at < $2 AND coalesce(x.finished_at, x.started_at) < $2
        AND x.started_at < (SELECT max(n.started_at) FROM metrics_job_run AS n WHERE n.job = $1)
      ORDER BY x.started_at
      LIMIT $3))
  RETURNING
       128 + pg_column_size(r.job) + pg_column_size(r.mode) + coalesce(pg_column_size(r.failure_reason), 0)
       + coalesce(pg_column_size(r.worker), 0) + coalesce(pg_column_size(r.report), 0)
)
SELECT count(*), coalesce(sum(d.bytes), 0)
FROM deleted AS d
