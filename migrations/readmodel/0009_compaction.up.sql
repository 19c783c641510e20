-- What compaction keeps and looks for in the books.

-- What a run did in detail, where the job has more to say than counts: of compact, its report.
ALTER TABLE metrics_job_run
  ADD COLUMN report jsonb;

-- Resolved entries, the oldest first: what retention takes.
CREATE INDEX metrics_quarantine_resolved ON metrics_quarantine (last_seen) WHERE resolved_at IS NOT NULL;
