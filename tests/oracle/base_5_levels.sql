-- What the level metrics look at: which task stands in which state at the end of each bucket. Spec: delivery metrics,
-- sections 2 to 4.

-- Hours have rows only where a task was created or changed state, and the as-of's.
CREATE TEMPORARY TABLE level_buckets AS
SELECT b.*
FROM buckets b
WHERE b.table_name <> 'metrics_drilldown'
  AND (b.grain <> 'hour' OR b.is_partial
    OR EXISTS (SELECT FROM spans s WHERE s.project_id = b.project_id AND s.since >= b.bucket AND s.since < b.upto));
CREATE INDEX ON level_buckets (project_id, table_name, upto);  -- a span looks up the few ends that it spans
ANALYZE level_buckets;

CREATE TEMPORARY TABLE level_places AS
SELECT b.table_name, b.project_id, b.grain, b.bucket, p.dimension
FROM level_buckets b JOIN task_places p USING (table_name, grain);
ANALYZE level_places;

-- Every task that is there and neither done nor dropped after all events of the bucket.
CREATE TEMPORARY TABLE standing AS
SELECT b.project_id, b.grain, b.bucket, b.upto, b.measured_at,
       s.task, s.state, s.is_wip, s.since, s.wip_since, s.reason
FROM spans s JOIN level_buckets b ON b.project_id = s.project_id AND s.since < b.upto AND s.until >= b.upto
WHERE b.table_name = 'metrics_trend_point' AND s.class NOT IN ('done', 'dropped');
CREATE INDEX ON standing (project_id, grain, bucket);
ANALYZE standing;

-- Work in progress, once for each value of each dimension that the task has there.
CREATE TEMPORARY TABLE wip_by AS
SELECT s.*, d.dimension, d.value AS dimension_value
FROM standing s JOIN task_dimensions d USING (task)
WHERE s.is_wip AND (d.dimension = '' OR s.grain <> 'hour')
UNION ALL
SELECT s.*, 'assignee', coalesce(a.who, 'unassigned')
FROM standing s LEFT JOIN assignments a ON a.task = s.task AND a.since < s.upto AND a.until >= s.upto
WHERE s.is_wip AND s.grain <> 'hour';
CREATE INDEX ON wip_by (project_id, grain, bucket, dimension);
ANALYZE wip_by;

-- What holds at T, with what a drilldown row says of it besides its value. Their bucket is NULL.
CREATE TEMPORARY TABLE present AS
SELECT s.project_id, s.task, s.state, s.is_wip, s.since, s.wip_since, s.reason, x.payload,
       extract(epoch FROM clock.t - s.since)::float8 / 3600 AS hours,
       extract(epoch FROM clock.t - s.wip_since)::float8 / 3600 AS wip_hours
FROM spans s JOIN task_payloads x USING (task) CROSS JOIN clock
WHERE s.is_last;
CREATE UNIQUE INDEX ON present (task);
ANALYZE present;

CREATE FUNCTION pg_temp.since(instant timestamptz) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_build_object('since', pg_temp.timestamp_text(instant), 'timestamp', pg_temp.timestamp_text(instant))
$$;
