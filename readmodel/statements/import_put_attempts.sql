-- Staged integration attempts that are new or differ. The others are neither written nor locked.
-- Index: integration_attempt_pkey. Called by: source_writer.
INSERT INTO integration_attempt (id, project_id, task_id, result, diagnostics, started_at, ended_at)
SELECT staged.id, staged.project_id, staged.task_id, staged.result, staged.diagnostics, staged.started_at,
       staged.ended_at
  FROM import_attempts staged
  LEFT JOIN integration_attempt stored ON stored.id = staged.id
 WHERE stored.id IS NULL
    OR (stored.project_id, stored.task_id, stored.result, stored.diagnostics, stored.started_at, stored.ended_at)
       IS DISTINCT FROM
       (staged.project_id, staged.task_id, staged.result, staged.diagnostics, staged.started_at, staged.ended_at)
 ORDER BY staged.id
    ON CONFLICT (id) DO UPDATE
   SET project_id = excluded.project_id, task_id = excluded.task_id, result = excluded.result,
       diagnostics = excluded.diagnostics, started_at = excluded.started_at, ended_at = excluded.ended_at
