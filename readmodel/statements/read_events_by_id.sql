-- (c) The visible events of ranges of ids, in order, up to a number. All ids as text, so that one that is no UUID ends
-- nothing.
-- $1 bigint[]  first ids; $2 bigint[]  last ids, of ascending, disjoint ranges
-- $3 bigint    rows
-- Index: event_log (id), one scan a range. Called by watermark.cpp.
SELECT e.id, e.project_id, e.task_id, e.created_at
FROM unnest($1::bigint[], $2::bigint[]) AS r (first_id, last_id)
CROSS JOIN LATERAL (
  SELECT v.id::bigint AS id, v.project_id::text AS project_id,
         CASE WHEN v.entity_type::text = 'task' THEN v.entity_id::text END AS task_id,
         v.created_at::timestamptz AS created_at
  FROM event_log AS v
  WHERE v.id BETWEEN r.first_id AND r.last_id
  ORDER BY v.id
  LIMIT $3::bigint
) AS e
ORDER BY e.id
LIMIT $3::bigint
