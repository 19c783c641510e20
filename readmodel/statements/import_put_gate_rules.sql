-- The gate of each project, as old as the project.
-- $1 gate rule ids, $2 project ids, $3 the gate type
-- Index: gate_rule_pkey, project_pkey. Called by: source_writer.
INSERT INTO gate_rule (id, project_id, name, scope, is_active, created_at)
SELECT imported.id, project.id, $3, jsonb_build_object('gate_type', $3::text), true, project.created_at
  FROM unnest($1::uuid[], $2::uuid[]) AS imported (id, project_id)
  JOIN project ON project.id = imported.project_id
  LEFT JOIN gate_rule ON gate_rule.id = imported.id
 WHERE gate_rule.created_at IS DISTINCT FROM project.created_at
    ON CONFLICT (id) DO UPDATE SET created_at = excluded.created_at
