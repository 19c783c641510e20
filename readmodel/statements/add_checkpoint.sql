-- Makes a project's checkpoint row at its first write; a second writer waits for the first one's transaction here.
-- $1 uuid  project; $2 text  job
-- Locks: the new row. Called by checkpoint.cpp.
INSERT INTO metrics_job_checkpoint (project_id, job)
VALUES ($1, $2)
ON CONFLICT (project_id, job) DO NOTHING
