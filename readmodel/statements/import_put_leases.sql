-- Staged leases that are new or differ. The others are neither written nor locked.
-- Index: lease_pkey. Called by: source_writer.
INSERT INTO lease (id, project_id, task_id, agent_id, status, created_at, expires_at, heartbeat_at, released_at)
SELECT staged.id, staged.project_id, staged.task_id, staged.agent_id, staged.status, staged.created_at,
       staged.expires_at, staged.heartbeat_at, staged.released_at
  FROM import_leases staged
  LEFT JOIN lease stored ON stored.id = staged.id
 WHERE stored.id IS NULL
    OR (stored.project_id, stored.task_id, stored.agent_id, stored.status, stored.created_at, stored.expires_at,
        stored.heartbeat_at, stored.released_at)
       IS DISTINCT FROM
       (staged.project_id, staged.task_id, staged.agent_id, staged.status, staged.created_at, staged.expires_at,
        staged.heartbeat_at, staged.released_at)
 ORDER BY staged.id
    ON CONFLICT (id) DO UPDATE
   SET project_id = excluded.project_id, task_id = excluded.task_id, agent_id = excluded.agent_id,
       status = excluded.status, created_at = excluded.created_at, expires_at = excluded.expires_at,
       heartbeat_at = excluded.heartbeat_at, released_at = excluded.released_at
