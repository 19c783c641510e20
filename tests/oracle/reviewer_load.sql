-- reviewer_load: decisions, and who makes them. The open queue of a reviewer at the bucket's end: candidates waiting at
-- a gate whose task is the reviewer's. Reads what gate_latency.sql left.
INSERT INTO expected
SELECT 'reviewer_load', g.project_id, table_name, grain, bucket, dimension, dimension_value, decisions,
       jsonb_build_object(
         'decisions', decisions,
         'avg_latency_minutes', pg_temp.minutes(mean),
         're_review_rate', re_reviews::float8 / decisions,
         'open_queue', (SELECT count(*) FROM waiting w
                        WHERE w.project_id = g.project_id AND w.at < g.upto AND w.until >= g.upto
                          AND (dimension = ''
                               OR pg_temp.assignee(w.gate_task, g.upto - interval '1 microsecond') = dimension_value)),
         'state', jsonb_build_object(
           'v', 2, 'c', jsonb_build_object('n', decisions, 're_reviews', re_reviews),
           'd', jsonb_build_object('latency', pg_temp.duration_state(latencies))))
FROM decision_groups g
WHERE dimension IN ('', 'reviewer');
