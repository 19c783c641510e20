-- What a run of a job starts from.
-- $1 uuid  project; $2 text  job
-- Index: primary key. Called by checkpoint.cpp.
SELECT c.fencing_token, c.watermark, c.last_success::timestamptz AS last_success
FROM metrics_job_checkpoint AS c
WHERE c.project_id = $1 AND c.job = $2
