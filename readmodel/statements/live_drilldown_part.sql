-- The stored drilldown rows of a project without a bucket, of some entities, or before a bucket, to be compared with
-- the finished ones.
-- $1 uuid  project; $2 uuid[]  entities; $3 timestamptz  before, NULL: none
-- Index: the natural key: all of the project's rows, which the drilldown's retention bounds. Called by tables.cpp.
SELECT d.id, d.payload::text AS payload
FROM metrics_drilldown AS d
WHERE d.project_id = $1
  AND (d.time_bucket IS NULL OR d.entity_id = ANY ($2::uuid[]) OR d.time_bucket < $3::timestamptz)
