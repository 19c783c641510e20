-- state_distribution: how many tasks are in each state at a bucket's end; the value is those neither done nor dropped.
CREATE TEMPORARY TABLE in_state AS
SELECT b.table_name, b.project_id, b.grain, b.bucket, x.state, x.class, x.is_wip, count(s.task) AS tasks
FROM level_buckets b
CROSS JOIN states x
LEFT JOIN spans s ON s.project_id = b.project_id AND s.state = x.state AND s.since < b.upto AND s.until >= b.upto
GROUP BY 1, 2, 3, 4, 5, 6, 7;

INSERT INTO expected
SELECT 'state_distribution', project_id, table_name, grain, bucket, '', '',
       sum(tasks) FILTER (WHERE class NOT IN ('done', 'dropped')),
       jsonb_build_object(
         'count', sum(tasks) FILTER (WHERE class NOT IN ('done', 'dropped')),
         'by_state', jsonb_object_agg(state, tasks),
         'wip_count', sum(tasks) FILTER (WHERE is_wip))
FROM in_state WHERE table_name = 'metrics_trend_point' GROUP BY project_id, table_name, grain, bucket;

INSERT INTO expected
SELECT 'state_distribution', project_id, table_name, grain, bucket, 'state', state, tasks,
       jsonb_build_object('count', tasks)
FROM in_state WHERE tasks > 0 AND grain <> 'hour';
