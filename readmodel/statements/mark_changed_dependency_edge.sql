-- Reports the rows of dependency_edge that changed, by updated_at, where that is missing or NULL by created_at:
-- remembers each version and marks what it concerns. It concerns both its tasks.
-- A name without a table is the column where there is one, else the NULL of `absent`.
-- $1, $2 timestamptz  instants after the first and up to the second; $3 timestamptz  and those after this one
-- $4 timestamptz      when
-- Locks: the new rows. Index: dependency_edge (created_at); dependency_edge (updated_at) where there is one; primary
-- key of metrics_change_seen. Called by change_discovery.cpp.
WITH found AS MATERIALIZED (
  SELECT r.source_id, r.project_id, r.from_task_id, r.to_task_id, r.since, r.instant
  FROM (VALUES (NULL::timestamptz)) AS absent (updated_at)
  CROSS JOIN LATERAL (
    SELECT coalesce(e.id::text, '') COLLATE "C" AS source_id, tidemark_uuid(e.project_id) AS project_id,
           tidemark_uuid(e.from_task_id) AS from_task_id,
           tidemark_uuid(e.to_task_id) AS to_task_id,
           tidemark_instant(e.created_at) AS since,
           coalesce(updated_at, e.created_at)::timestamptz AS instant
    FROM dependency_edge AS e
    WHERE (updated_at > $1::timestamptz AND updated_at <= $2::timestamptz OR updated_at > $3::timestamptz
          OR updated_at IS NULL
          AND (e.created_at > $1::timestamptz AND e.created_at <= $2::timestamptz OR e.created_at > $3::timestamptz))
  ) AS r
  WHERE NOT EXISTS (
    SELECT FROM metrics_change_seen AS s
    WHERE s.source = 'dependency_edge' AND s.instant = r.instant AND s.source_id = r.source_id)
), remembered AS (
  INSERT INTO metrics_change_seen (source, instant, source_id)
  SELECT 'dependency_edge', f.instant, f.source_id
  FROM found AS f
  ON CONFLICT (source, instant, source_id) DO NOTHING
), marked AS (
  INSERT INTO metrics_dirty (project_id, source, source_id, task_id, since, found_at)
  SELECT f.project_id, 'dependency_edge', f.source_id, t.task_id, f.since, $4::timestamptz
  FROM found AS f CROSS JOIN LATERAL (VALUES (f.from_task_id), (f.to_task_id)) AS t (task_id)
  WHERE f.project_id IS NOT NULL
)
SELECT count(*) AS found, count(f.project_id) AS marked
FROM found AS f
