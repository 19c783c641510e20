-- Every project that Tidemark has written rows of: each has a checkpoint.
-- Called by vanished_projects.cpp.
SELECT DISTINCT c.project_id
FROM metrics_job_checkpoint AS c
ORDER BY c.project_id
