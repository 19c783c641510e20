-- Reports the rows of milestone that changed, by updated_at, where that is missing or NULL by created_at: remembers
-- each version and marks what it concerns. It concerns its whole project.
-- A name without a table is the column where there is one, else the NULL of `absent`.
-- $1, $2 timestamptz  instants after the first and up to the second; $3 timestamptz  and those after this one
-- $4 timestamptz      when
-- Locks: the new rows. Index: milestone (updated_at); primary key of metrics_change_seen. Called by
-- change_discovery.cpp.
WITH found AS MATERIALIZED (
  SELECT r.source_id, r.project_id, r.task_id, r.since, r.instant
  FROM (VALUES (NULL::timestamptz, NULL::timestamptz)) AS absent (updated_at, created_at)
  CROSS JOIN LATERAL (
    SELECT coalesce(m.id::text, '') COLLATE "C" AS source_id, tidemark_uuid(m.project_id) AS project_id,
           NULL::uuid AS task_id,
           NULL::timestamptz AS since,
           coalesce(updated_at, created_at)::timestamptz AS instant
    FROM milestone AS m
    WHERE (updated_at > $1::timestamptz AND updated_at <= $2::timestamptz OR updated_at > $3::timestamptz
          OR updated_at IS NULL
          AND (created_at > $1::timestamptz AND created_at <= $2::timestamptz OR created_at > $3::timestamptz))
  ) AS r
  WHERE NOT EXISTS (
    SELECT FROM metrics_change_seen AS s
    WHERE s.source = 'milestone' AND s.instant = r.instant AND s.source_id = r.source_id)
), remembered AS (
  INSERT INTO metrics_change_seen (source, instant, source_id)
  SELECT 'milestone', f.instant, f.source_id
  FROM found AS f
  ON CONFLICT (source, instant, source_id) DO NOTHING
), marked AS (
  INSERT INTO metrics_dirty (project_id, source, source_id, task_id, since, found_at)
  SELECT f.project_id, 'milestone', f.source_id, f.task_id, f.since, $4::timestamptz
  FROM found AS f
  WHERE f.project_id IS NOT NULL
)
SELECT count(*) AS found, count(f.project_id) AS marked
FROM found AS f
