-- Every job that has a run in the ledger.
-- Index: metrics_job_run (job, started_at), from one job to the next. Called by compaction.cpp.
WITH RECURSIVE known (job) AS (
  (SELECT r.job FROM metrics_job_run AS r ORDER BY r.job LIMIT 1)
  UNION ALL
  SELECT (SELECT r.job FROM metrics_job_run AS r WHERE r.job > k.job ORDER BY r.job LIMIT 1)
  FROM known AS k
  WHERE k.job IS NOT NULL)
SELECT k.job
FROM known AS k
WHERE k.job IS NOT NULL
ORDER BY k.job
