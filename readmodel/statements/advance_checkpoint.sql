-- Records that a project's rows were written, which invalidates what other runs of it have prepared.
-- $1 uuid  project; $2 text  job; $3 timestamptz  when it was computed; $4 bigint  source watermark, NULL: keep
-- Locks: the row, already held. Index: primary key. Called by checkpoint.cpp.
UPDATE metrics_job_checkpoint
SET fencing_token = fencing_token + 1,
    last_success = $3,
    watermark = coalesce($4, watermark)
WHERE project_id = $1 AND job = $2
