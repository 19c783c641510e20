-- Takes the row lock that serialises the writers of a project, until the transaction ends. No row: add_checkpoint.
-- $1 uuid  project; $2 text  job
-- Locks: the row, FOR UPDATE. Index: primary key. Called by checkpoint.cpp.
SELECT c.fencing_token
FROM metrics_job_checkpoint AS c
WHERE c.project_id = $1 AND c.job = $2
FOR UPDATE
