-- The projects whose rows in milestone are other ones than at the last count: how many of those counted then can be
-- there still (created up to the newest of then), how many there are, and the newest created_at. No rows any more: 0.
-- created_at is optional.
-- Reads the whole table, which is small. Called by source_counts.cpp.
WITH counted AS (
  SELECT r.project_key, count(*) AS rows,
         count(*) FILTER (WHERE k.newest IS NULL OR r.created_at <= k.newest OR r.created_at IS NULL) AS kept,
         max(r.created_at) AS newest
  FROM (VALUES (NULL::timestamptz)) AS absent (created_at)
  CROSS JOIN LATERAL (
    SELECT m.project_id::text COLLATE "C" AS project_key, created_at::timestamptz AS created_at
    FROM milestone AS m
  ) AS r
  LEFT JOIN metrics_source_count AS k ON k.source = 'milestone' AND k.project_key = r.project_key
  WHERE r.project_key IS NOT NULL
  GROUP BY r.project_key
), before AS (
  SELECT b.project_key, b.rows, b.newest
  FROM metrics_source_count AS b
  WHERE b.source = 'milestone'
)
SELECT coalesce(c.project_key, b.project_key) AS project_key, coalesce(c.rows, 0) AS rows, c.newest,
       coalesce(b.rows, 0) > coalesce(c.kept, 0) AS lost
FROM counted AS c
FULL JOIN before AS b ON b.project_key = c.project_key
WHERE (c.rows, c.newest) IS DISTINCT FROM (b.rows, b.newest)
