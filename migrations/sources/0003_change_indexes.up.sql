-- The instants by which changes of the mutable sources are found where no trigger captures them: each look reads the
-- newest ones only. Each serves readmodel/statements/mark_changed_<table>.sql.

CREATE INDEX phase_updated               ON phase (updated_at);
CREATE INDEX milestone_updated           ON milestone (updated_at);
CREATE INDEX task_updated                ON task (updated_at);
CREATE INDEX dependency_edge_created     ON dependency_edge (created_at);
CREATE INDEX gate_rule_created           ON gate_rule (created_at);
CREATE INDEX gate_decision_created       ON gate_decision (created_at);
CREATE INDEX gate_candidate_link_created ON gate_candidate_link (created_at);
CREATE INDEX integration_attempt_started ON integration_attempt (started_at);
CREATE INDEX integration_attempt_ended   ON integration_attempt (ended_at);
CREATE INDEX artifact_created            ON artifact (created_at);
CREATE INDEX lease_created               ON lease (created_at);
CREATE INDEX plan_change_set_created     ON plan_change_set (created_at);
CREATE INDEX plan_change_set_applied     ON plan_change_set (applied_at);
