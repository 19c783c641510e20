-- The stored drilldown rows of a project without a bucket, and from a bucket on, to be compared with the finished ones.
-- $1 uuid    project
-- $2 text[]  metrics; $3 timestamptz[]  from: of each
-- $4 uuid[]  entities of the rows with a bucket, NULL: all
-- Index: the natural key: all rows of each metric, which the drilldown's retention bounds. Called by tables.cpp.
SELECT p.id, p.payload
FROM unnest($2::text[], $3::timestamptz[]) AS r (metric_key, from_bucket)
CROSS JOIN LATERAL (
  SELECT d.id, d.payload::text AS payload
  FROM metrics_drilldown AS d
  WHERE d.project_id = $1 AND d.metric_key = r.metric_key
    AND (d.time_bucket IS NULL
         OR d.time_bucket >= r.from_bucket AND ($4::uuid[] IS NULL OR d.entity_id = ANY ($4::uuid[])))
  OFFSET 0  -- one scan of the index per metric
) AS p
