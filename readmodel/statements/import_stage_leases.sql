-- Leases, staged as the table has them.
-- Called by: source_writer, once per transaction; filled by COPY.
CREATE TEMPORARY TABLE import_leases ON COMMIT DROP AS
SELECT id, project_id, task_id, agent_id, status, created_at, expires_at, heartbeat_at, released_at
  FROM lease
  WITH NO DATA
