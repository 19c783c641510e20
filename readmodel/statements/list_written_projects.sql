-- Every project that Tidemark has written rows of, which has a checkpoint, or found events of.
-- Called by vanished_projects.cpp.
SELECT c.project_id
FROM metrics_job_checkpoint AS c
UNION
SELECT d.project_id
FROM metrics_dirty AS d
ORDER BY 1
