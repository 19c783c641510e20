-- Opens the ledger row of a run; none where the project has a row of that idempotency key already.
-- $1 uuid  id; $2 uuid  project or NULL; $3 text  job; $4 text  mode; $5 timestamptz  due at or NULL;
-- $6 text  idempotency key or NULL; $7 timestamptz  as-of or NULL; $8 timestamptz  started at; $9 text  worker
-- Locks: the new row. Called by run_ledger.cpp.
INSERT INTO metrics_job_run (id, project_id, job, mode, due_at, idempotency_key, status, as_of, started_at, worker)
VALUES ($1, $2, $3, $4, $5, $6, 'running', $7, $8, $9)
ON CONFLICT DO NOTHING
