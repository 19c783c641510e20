-- A page of a metric's entities by the task's short id, bytewise backwards. Ties are in order of the
-- entity, in the same direction, so that pages neither overlap nor skip.
-- $1 uuid  project; $2 text  metric; filters, each NULL for any: $3 phase, $4 milestone, $5 assignee, $6 state,
-- $7 task class, $8 entity type, $9, $10 timestamptz  payload.timestamp: from, and before;
-- $11 bigint  limit; $12 bigint  offset
-- coalesce makes the filters one condition to the planner: eight that may be NULL would look as if hardly a row could
-- pass, and a generic plan would read and sort all of them rather than follow the index.
-- Index: the natural key, then a sort. Called by queries/drilldown.cpp.
SELECT d.entity_type, d.entity_id, d.reference_id, d.time_bucket, d.payload::text AS payload, d.computed_at
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
ORDER BY (d.payload ->> 'task_id') COLLATE "C" DESC,
         d.entity_type DESC, d.entity_id DESC, d.reference_id DESC, d.time_bucket DESC
LIMIT $11
OFFSET $12
