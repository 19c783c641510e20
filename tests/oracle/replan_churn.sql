-- replan_churn: change sets applied, how many operations they hold and what these add to estimates.
INSERT INTO expected
SELECT 'replan_churn', b.project_id, b.table_name, b.grain, b.bucket, '', '', count(*),
       jsonb_build_object(
         'change_sets', count(*), 'operations', sum(o.n), 'estimate_hours_delta', sum(o.hours),
         'state', jsonb_build_object('v', 1, 'c', jsonb_build_object('n', count(*), 'operations', sum(o.n))))
FROM change_sets c
CROSS JOIN LATERAL (
  SELECT count(*) AS n, coalesce(sum((op->>'estimate_hours_delta')::float8)
                                   FILTER (WHERE jsonb_typeof(op->'estimate_hours_delta') = 'number'), 0) AS hours
  FROM jsonb_array_elements(CASE WHEN jsonb_typeof(c.operations) = 'array' THEN c.operations ELSE '[]' END) AS op) o
JOIN buckets b ON b.project_id = c.project_id AND b.table_name = 'metrics_trend_point'
              AND b.bucket = date_trunc(b.grain, c.at)
GROUP BY 1, 2, 3, 4, 5;
