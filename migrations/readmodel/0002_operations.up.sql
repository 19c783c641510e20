-- Tidemark's own bookkeeping: how far each job got, what readers may rely on, what ran, and what was set aside.
-- None of them references project: an entry may outlive its project, and a source database need not allow foreign keys.

-- Per project and job: what has been handled. A transaction that writes a project's rows takes this row FOR UPDATE and
-- checks its fencing token.
CREATE TABLE metrics_job_checkpoint (
  project_id    uuid             NOT NULL,
  job           text COLLATE "C" NOT NULL,
  watermark     bigint,           -- event_log.id handled; NULL: none yet
  last_due      timestamptz,      -- the newest slot handled, idle ones included
  last_success  timestamptz,
  fencing_token bigint           NOT NULL DEFAULT 0,
  cursor        jsonb            NOT NULL DEFAULT '{}',  -- private to the job
  CONSTRAINT metrics_job_checkpoint_pkey PRIMARY KEY (project_id, job)
);

-- Per project and metric family: a counter that moves in the transaction that changes rows, and only then. ETags,
-- freshness and change feeds rest on it.
CREATE TABLE metrics_data_version (
  project_id       uuid             NOT NULL,
  family           text COLLATE "C" NOT NULL,
  version          bigint           NOT NULL,
  as_of            timestamptz      NOT NULL,  -- the instant that the rows stand for
  source_watermark bigint,                     -- event_log.id that they contain; NULL: not read by watermark
  definition_hash  text             NOT NULL,
  updated_at       timestamptz      NOT NULL,
  CONSTRAINT metrics_data_version_pkey PRIMARY KEY (project_id, family)
);

-- One row per run that wrote rows, failed, was retried or was asked for by hand; idle slots only move last_due above.
CREATE TABLE metrics_job_run (
  id              uuid             NOT NULL,
  project_id      uuid,                        -- NULL: the run was not for one project
  job             text COLLATE "C" NOT NULL,
  mode            text             NOT NULL,
  due_at          timestamptz,                 -- NULL: asked for by hand
  idempotency_key text COLLATE "C",
  status          text             NOT NULL,
  from_watermark  bigint,
  to_watermark    bigint,
  rows_written    bigint           NOT NULL DEFAULT 0,
  rows_unchanged  bigint           NOT NULL DEFAULT 0,
  rows_deleted    bigint           NOT NULL DEFAULT 0,
  attempts        integer          NOT NULL DEFAULT 1,
  failure_reason  text,
  as_of           timestamptz,
  started_at      timestamptz      NOT NULL,
  finished_at     timestamptz,
  worker          text,
  CONSTRAINT metrics_job_run_pkey PRIMARY KEY (id),
  -- A slot runs once. Runs without a key (by hand) are never equal.
  CONSTRAINT metrics_job_run_key UNIQUE (project_id, idempotency_key),
  CONSTRAINT metrics_job_run_status CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled'))
);

-- The newest runs of a job (status screen), and the oldest ones (retention).
CREATE INDEX metrics_job_run_started ON metrics_job_run (job, started_at);

-- Source rows that could not be used. The natural key also serves the open entries of a project.
CREATE TABLE metrics_quarantine (
  id          uuid             NOT NULL,
  project_id  uuid,                            -- NULL: unknown
  source      text COLLATE "C" NOT NULL,       -- the source table
  source_key  text COLLATE "C" NOT NULL,       -- the row's id as text
  reason      text             NOT NULL,
  raw_row     jsonb,                           -- NULL: the row has gone since
  first_seen  timestamptz      NOT NULL,
  last_seen   timestamptz      NOT NULL,
  resolved_at timestamptz,                     -- NULL: still wrong
  CONSTRAINT metrics_quarantine_pkey PRIMARY KEY (id),
  CONSTRAINT metrics_quarantine_key UNIQUE NULLS NOT DISTINCT (project_id, source, source_key)
);

COMMENT ON TABLE metrics_job_checkpoint IS
  'Per project and job: how far the sources have been handled.';
COMMENT ON TABLE metrics_data_version IS
  'Per project and metric family: a version that moves only when rows did, and their as-of.';
COMMENT ON TABLE metrics_job_run IS
  'The ledger of runs that did something, failed, or were asked for by hand.';
COMMENT ON TABLE metrics_quarantine IS
  'Source rows that could not be used, each with its reason.';
