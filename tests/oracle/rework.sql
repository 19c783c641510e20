-- rework: departures from integrated; their share of the tasks that were ever completed by the bucket's end.
INSERT INTO expected
WITH reopened AS (
  SELECT b.project_id, b.table_name, b.grain, b.bucket, b.upto, count(*) AS n
  FROM spans s
  JOIN buckets b ON b.project_id = s.project_id AND b.table_name = 'metrics_trend_point'
                AND b.bucket = date_trunc(b.grain, s.until)
  WHERE s.state = 'integrated' AND NOT s.is_last
  GROUP BY 1, 2, 3, 4, 5)
SELECT 'rework', r.project_id, table_name, grain, bucket, '', '', n::float8,
       jsonb_build_object('tasks_reopened', n, 'completed_before', completed, 'share', least(1, n::float8 / completed),
                          'state', jsonb_build_object('v', 2, 'c', jsonb_build_object('n', n)))
FROM reopened r
CROSS JOIN LATERAL (SELECT count(DISTINCT task) AS completed FROM spans s
                    WHERE s.project_id = r.project_id AND s.state = 'integrated' AND s.since < r.upto) c;
