-- Gate decisions, staged as the table has them.
-- Called by: source_writer, once per transaction; filled by COPY.
CREATE TEMPORARY TABLE import_decisions ON COMMIT DROP AS
SELECT id, project_id, gate_rule_id, task_id, outcome, actor_id, reason, created_at
  FROM gate_decision
  WITH NO DATA
