-- Statistics of the tables that an import has filled, so that the run that follows it plans with them.
-- Called by: source_writer, where rows were written.
ANALYZE project, task, event_log, gate_rule, gate_candidate_link, gate_decision, integration_attempt, lease
