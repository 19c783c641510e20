-- throughput: completed tasks in the bucket of their completion, by priority band.
INSERT INTO expected
SELECT 'throughput', b.project_id, b.table_name, b.grain, b.bucket, c.dimension, c.dimension_value,
       count(*)::float8 AS value,
       jsonb_build_object(
         'tasks_integrated', count(*),
         'by_priority', jsonb_strip_nulls(jsonb_build_object(
           'P0', nullif(count(*) FILTER (WHERE c.band = 'P0'), 0), 'P1', nullif(count(*) FILTER (WHERE c.band = 'P1'), 0),
           'P2', nullif(count(*) FILTER (WHERE c.band = 'P2'), 0), 'P3', nullif(count(*) FILTER (WHERE c.band = 'P3'), 0))),
         'state', jsonb_build_object('v', 2, 'c', jsonb_build_object('n', count(*)), 'g', jsonb_build_object(
           'priority', jsonb_build_object(
             'P0', nullif(count(*) FILTER (WHERE c.band = 'P0'), 0), 'P1', nullif(count(*) FILTER (WHERE c.band = 'P1'), 0),
             'P2', nullif(count(*) FILTER (WHERE c.band = 'P2'), 0), 'P3', nullif(count(*) FILTER (WHERE c.band = 'P3'), 0)))))
FROM completion_dimensions c
JOIN task_places p USING (dimension)
JOIN buckets b ON b.project_id = c.project_id AND b.table_name = p.table_name AND b.grain = p.grain
              AND b.bucket = date_trunc(p.grain, c.completed_at)
GROUP BY b.project_id, b.table_name, b.grain, b.bucket, c.dimension, c.dimension_value;
