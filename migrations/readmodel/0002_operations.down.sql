-- Drops the bookkeeping: checkpoints, data versions, the run ledger and the quarantine. The next run of every job
-- starts from the beginning.

DROP TABLE metrics_quarantine, metrics_job_run, metrics_data_version, metrics_job_checkpoint;
