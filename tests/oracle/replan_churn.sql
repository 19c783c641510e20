-- replan_churn: change sets applied, how many operations they hold and what these add to estimates.
INSERT INTO expected
SELECT 'replan_churn', b.project_id, b.table_name, b.grain, b.bucket, '', '', count(*),
       jsonb_build_object(
         'change_sets', count(*), 'operations', sum(o.n), 'estimate_hours_delta', sum(o.hours),
         'state', jsonb_build_object('v', 2, 'c', jsonb_build_object('n', count(*), 'operations', sum(o.n)),
                                     's', jsonb_build_object('estimate_hours_delta', sum(o.units)::text)))
FROM change_sets c
-- units: whole 1e-12 hours of what a double holds of a change set's sum; through text, for that is all of its digits.
CROSS JOIN LATERAL (
  SELECT n, hours, trunc(round(hours::float8::text::numeric, 12) * 1000000000000) AS units FROM (
  SELECT count(*) AS n, coalesce(sum((op->>'estimate_hours_delta')::numeric)
                                   FILTER (WHERE jsonb_typeof(op->'estimate_hours_delta') = 'number'), 0) AS hours
  FROM jsonb_array_elements(CASE WHEN jsonb_typeof(c.operations) = 'array' THEN c.operations ELSE '[]' END) AS op) AS of_set) o
JOIN buckets b ON b.project_id = c.project_id AND b.table_name = 'metrics_trend_point'
              AND b.bucket = date_trunc(b.grain, c.at)
GROUP BY 1, 2, 3, 4, 5;
