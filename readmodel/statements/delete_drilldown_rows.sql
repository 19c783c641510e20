-- Deletes rows of a project that are no longer produced.
-- $1 uuid  project; $2 uuid[]  ids
-- Returns how many rows were deleted, by metric.
-- Locks: the rows. Index: primary key. Called by tables.cpp.
WITH deleted (metric_key) AS (
  DELETE FROM metrics_drilldown AS d
  WHERE d.project_id = $1 AND d.id = ANY ($2::uuid[])
  RETURNING d.metric_key
)
SELECT x.metric_key, count(*)
FROM deleted AS x
GROUP BY x.metric_key
