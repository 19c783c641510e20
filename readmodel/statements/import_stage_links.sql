-- Submissions to the gate, staged as the table has them.
-- Called by: source_writer, once per transaction; filled by COPY.
CREATE TEMPORARY TABLE import_links ON COMMIT DROP AS
SELECT id, project_id, gate_task_id, candidate_task_id, candidate_order, created_at
  FROM gate_candidate_link
  WITH NO DATA
