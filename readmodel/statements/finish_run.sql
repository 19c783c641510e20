-- Closes the ledger row of a run.
-- $1 uuid  id; $2 text  status; $3 bigint  rows written; $4 bigint  rows unchanged; $5 bigint  rows deleted;
-- $6 integer  attempts; $7 text  failure reason or NULL; $8 bigint  watermark reached or NULL;
-- $9 timestamptz  finished at; $10 jsonb  the job's report or NULL
-- Locks: the row. Index: primary key. Called by run_ledger.cpp.
UPDATE metrics_job_run
SET status = $2,
    rows_written = $3,
    rows_unchanged = $4,
    rows_deleted = $5,
    attempts = $6,
    failure_reason = $7,
    to_watermark = $8,
    finished_at = $9,
    report = $10
WHERE id = $1
