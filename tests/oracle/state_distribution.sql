-- state_distribution: how many tasks are in each state at a bucket's end; the value is those neither done nor dropped.
CREATE TEMPORARY TABLE in_state AS
WITH counted AS (
  SELECT b.table_name, b.project_id, b.grain, b.bucket, s.state, count(*) AS tasks
  FROM spans s JOIN level_buckets b ON b.project_id = s.project_id AND s.since < b.upto AND s.until >= b.upto
  GROUP BY 1, 2, 3, 4, 5)
SELECT table_name, project_id, grain, bucket, state, class, is_wip, coalesce(tasks, 0) AS tasks
FROM level_buckets CROSS JOIN states LEFT JOIN counted USING (table_name, project_id, grain, bucket, state);

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
