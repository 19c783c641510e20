-- When each project was last compared with a recompute.
-- Called by queries/status.cpp.
SELECT c.project_id, c.last_success
FROM metrics_job_checkpoint AS c
WHERE c.job = 'reconcile' AND c.last_success IS NOT NULL
ORDER BY c.project_id
