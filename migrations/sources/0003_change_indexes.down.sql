DROP INDEX phase_updated, milestone_updated, task_updated, dependency_edge_created, gate_rule_created,
  gate_decision_created, gate_candidate_link_created, integration_attempt_started, integration_attempt_ended,
  artifact_created, lease_created, plan_change_set_created, plan_change_set_applied;
