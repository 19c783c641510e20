-- time_in_state: for each state, what the completed tasks spent in it all in all before their completion, no time included.
INSERT INTO expected
WITH stays AS (
  SELECT c.project_id, c.task, c.completed_at, s.state, pg_temp.micros(sum(s.until - s.since)) AS micros
  FROM completions c JOIN spans s ON s.task = c.task AND NOT s.is_last
  GROUP BY 1, 2, 3, 4),
sorted AS (
  SELECT b.project_id, b.table_name, b.grain, b.bucket, s.state, array_agg(micros ORDER BY micros) AS durations
  FROM stays s
  JOIN buckets b ON b.project_id = s.project_id AND b.table_name <> 'metrics_drilldown' AND b.grain <> 'hour'
                AND b.bucket = date_trunc(b.grain, s.completed_at)
  GROUP BY 1, 2, 3, 4, 5)
SELECT 'time_in_state', project_id, table_name, grain, bucket, 'state', state, (f->>'p50_minutes')::float8,
       jsonb_build_object('p50_minutes', f->'p50_minutes', 'p85_minutes', f->'p85_minutes',
                          'sample_size', f->'sample_size', 'confidence_interval', f->'confidence_interval',
                          'state', jsonb_build_object('v', 2, 'd', jsonb_build_object(
                            'value', pg_temp.duration_state(durations))))
FROM sorted CROSS JOIN LATERAL pg_temp.duration_fields(durations) AS f;
