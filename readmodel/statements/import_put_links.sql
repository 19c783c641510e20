-- Staged submissions to the gate that are new or differ. The others are neither written nor locked.
-- Index: gate_candidate_link_pkey. Called by: source_writer.
INSERT INTO gate_candidate_link (id, project_id, gate_task_id, candidate_task_id, candidate_order, created_at)
SELECT staged.id, staged.project_id, staged.gate_task_id, staged.candidate_task_id, staged.candidate_order,
       staged.created_at
  FROM import_links staged
  LEFT JOIN gate_candidate_link stored ON stored.id = staged.id
 WHERE stored.id IS NULL
    OR (stored.project_id, stored.gate_task_id, stored.candidate_task_id, stored.candidate_order, stored.created_at)
       IS DISTINCT FROM
       (staged.project_id, staged.gate_task_id, staged.candidate_task_id, staged.candidate_order, staged.created_at)
 ORDER BY staged.id
    ON CONFLICT (id) DO UPDATE
   SET project_id = excluded.project_id, gate_task_id = excluded.gate_task_id,
       candidate_task_id = excluded.candidate_task_id, candidate_order = excluded.candidate_order,
       created_at = excluded.created_at
