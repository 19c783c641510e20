-- Writes the timelines of a project's tasks that are new or differ.
-- $1 uuid           project
-- $2 uuid[]         tasks; $3 timestamptz[]  first_at; $4 timestamptz[]  settled_at, NULL where it is
-- $5 boolean[]      live; $6 text[]  attributes
-- Locks: the rows. Index: primary key. Called by memory_store.cpp.
INSERT INTO metrics_task_timeline (project_id, task_id, first_at, settled_at, live, attributes)
SELECT $1::uuid, s.task_id, s.first_at, s.settled_at, s.live, s.attributes
FROM unnest($2::uuid[], $3::timestamptz[], $4::timestamptz[], $5::boolean[], $6::text[])
  AS s (task_id, first_at, settled_at, live, attributes)
ON CONFLICT (project_id, task_id) DO UPDATE
SET first_at = excluded.first_at, settled_at = excluded.settled_at, live = excluded.live,
    attributes = excluded.attributes
