-- arrivals: tasks created in the bucket, by class.
INSERT INTO expected
WITH by_class AS (
  SELECT b.project_id, b.table_name, b.grain, b.bucket, t.task_class, count(*) AS n
  FROM tasks t
  JOIN buckets b ON b.project_id = t.project_id AND b.table_name = 'metrics_trend_point'
                AND b.bucket = date_trunc(b.grain, t.created_at)
  GROUP BY 1, 2, 3, 4, 5)
SELECT 'arrivals', project_id, table_name, grain, bucket, '', '', sum(n)::float8,
       jsonb_build_object('count', sum(n), 'by_class', jsonb_object_agg(task_class, n),
                          'state', jsonb_build_object('v', 2, 'c', jsonb_build_object('n', sum(n)),
                                                      'g', jsonb_build_object('class', jsonb_object_agg(task_class, n))))
FROM by_class GROUP BY project_id, table_name, grain, bucket;
