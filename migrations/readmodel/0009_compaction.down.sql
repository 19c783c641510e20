DROP INDEX metrics_quarantine_resolved;

ALTER TABLE metrics_job_run
  DROP COLUMN report;
