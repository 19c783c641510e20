-- Integration attempts, staged as the table has them.
-- Called by: source_writer, once per transaction; filled by COPY.
CREATE TEMPORARY TABLE import_attempts ON COMMIT DROP AS
SELECT id, project_id, task_id, result, diagnostics, started_at, ended_at
  FROM integration_attempt
  WITH NO DATA
