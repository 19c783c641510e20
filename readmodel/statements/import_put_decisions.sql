-- Staged gate decisions that are new or differ. The others are neither written nor locked.
-- Index: gate_decision_pkey. Called by: source_writer.
INSERT INTO gate_decision (id, project_id, gate_rule_id, task_id, outcome, actor_id, reason, created_at)
SELECT staged.id, staged.project_id, staged.gate_rule_id, staged.task_id, staged.outcome, staged.actor_id,
       staged.reason, staged.created_at
  FROM import_decisions staged
  LEFT JOIN gate_decision stored ON stored.id = staged.id
 WHERE stored.id IS NULL
    OR (stored.project_id, stored.gate_rule_id, stored.task_id, stored.outcome, stored.actor_id, stored.reason,
        stored.created_at)
       IS DISTINCT FROM
       (staged.project_id, staged.gate_rule_id, staged.task_id, staged.outcome, staged.actor_id, staged.reason,
        staged.created_at)
 ORDER BY staged.id
    ON CONFLICT (id) DO UPDATE
   SET project_id = excluded.project_id, gate_rule_id = excluded.gate_rule_id, task_id = excluded.task_id,
       outcome = excluded.outcome, actor_id = excluded.actor_id, reason = excluded.reason,
       created_at = excluded.created_at
