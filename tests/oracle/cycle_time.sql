-- cycle_time: minutes from the first entry into an active state to completion; tasks never claimed are left out.
INSERT INTO expected
WITH sorted AS (
  SELECT b.project_id, b.table_name, b.grain, b.bucket, c.dimension, c.dimension_value,
         array_agg(pg_temp.micros(c.completed_at - c.claimed_at) ORDER BY c.completed_at - c.claimed_at) AS durations
  FROM completion_dimensions c
  JOIN task_places p USING (dimension)
  JOIN buckets b ON b.project_id = c.project_id AND b.table_name = p.table_name AND b.grain = p.grain
                AND b.bucket = date_trunc(p.grain, c.completed_at)
  WHERE c.claimed_at IS NOT NULL
  GROUP BY 1, 2, 3, 4, 5, 6)
SELECT 'cycle_time', project_id, table_name, grain, bucket, dimension, dimension_value, (f->>'p50_minutes')::float8,
       f || jsonb_build_object('state', jsonb_build_object('v', 2, 'd', jsonb_build_object(
              'value', pg_temp.duration_state(durations))))
FROM sorted CROSS JOIN LATERAL pg_temp.duration_fields(durations) AS f;

-- Each task in its day.
INSERT INTO expected
SELECT 'cycle_time', c.project_id, b.table_name, NULL, b.bucket, 'task', c.task::text, NULL,
       x.payload || jsonb_build_object('value', pg_temp.minutes(pg_temp.micros(c.completed_at - c.claimed_at)),
                                       'timestamp', pg_temp.timestamp_text(c.completed_at))
FROM completions c
JOIN task_payloads x USING (task)
JOIN buckets b ON b.project_id = c.project_id AND b.table_name = 'metrics_drilldown'
              AND b.bucket = date_trunc('day', c.completed_at)
WHERE c.claimed_at IS NOT NULL;
