-- How many entities of a metric match, and what their values come to; the sum is taken in the order of the values, so
-- that it is the same every time.
-- $1 uuid  project; $2 text  metric; filters, each NULL for any: $3 phase, $4 milestone, $5 assignee, $6 state,
-- $7 task class, $8 entity type, $9, $10 timestamptz  payload.timestamp: from, and before
-- coalesce makes the filters one condition to the planner: eight that may be NULL would look as if hardly a row could
-- pass, and a generic plan would read and sort all of them rather than follow the index.
-- Index: metrics_drilldown_value. Called by queries/drilldown.cpp.
SELECT count(*) AS total,
       sum(m.value ORDER BY m.value) AS sum,
       min(m.value) AS min,
       max(m.value) AS max,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY m.value) AS p50,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY m.value) AS p90,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY m.value) AS p95
FROM (
  SELECT (d.payload ->> 'value')::double precision AS value
  FROM metrics_drilldown AS d
  WHERE d.project_id = $1
    AND d.metric_key = $2
    AND coalesce(($3::text IS NULL OR d.payload #>> '{context,phase}' = $3)
                 AND ($4::text IS NULL OR d.payload #>> '{context,milestone}' = $4)
                 AND ($5::text IS NULL OR d.payload #>> '{context,assignee}' = $5)
                 AND ($6::text IS NULL OR d.payload #>> '{context,state}' = $6)
                 AND ($7::text IS NULL OR d.payload #>> '{context,task_class}' = $7)
                 AND ($8::text IS NULL OR d.entity_type = $8)
                 AND ($9::timestamptz IS NULL OR (d.payload ->> 'timestamp')::timestamptz >= $9)
                 AND ($10::timestamptz IS NULL OR (d.payload ->> 'timestamp')::timestamptz < $10), false)
) AS m
