-- Drops the delivery tables with every row. Metrics already computed from them stay.

DROP TABLE plan_change_set, lease, artifact, integration_attempt, gate_candidate_link, gate_decision, gate_rule,
  dependency_edge, event_log, task, milestone, phase, project;
