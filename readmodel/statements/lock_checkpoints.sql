-- Takes every checkpoint of a project, so that no run of it can write.
-- $1 uuid  project
-- Locks: the rows, FOR UPDATE. Index: primary key. Called by vanished_projects.cpp.
SELECT c.job
FROM metrics_job_checkpoint AS c
WHERE c.project_id = $1
ORDER BY c.job
FOR UPDATE
