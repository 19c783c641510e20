-- The events of a project's tasks, in no order (the compute orders them). payload may be any JSON: `->>` is NULL where
-- it is no object; the sequence is taken as JSON text, so that the string "5" and the number 5 stay apart. caused_by is
-- optional: a name without a table is the event's column where there is one, else the NULL of `absent`.
-- $1 the project's id, in the type of the column
-- with `live:` $2 uuid[] tasks; $3 bigint[] events of no task
-- Index: event_log (project_id, ..). Called by sources/delivery_reader.cpp.
SELECT r.id, r.entity_id, r.event_type, r.to_state, r.from_state, r.reason, r.sequence, r.caused_by, r.created_at
FROM (VALUES (NULL)) AS absent (caused_by)
CROSS JOIN LATERAL (
  SELECT e.id::text AS id,
         e.entity_id::text AS entity_id,
         e.event_type::text AS event_type,
         e.payload ->> 'to_state' AS to_state,
         e.payload ->> 'from_state' AS from_state,
         e.payload ->> 'reason' AS reason,
         (e.payload -> 'sequence')::text AS sequence,
         caused_by::text AS caused_by,
         e.created_at::timestamptz AS created_at
  FROM event_log AS e
  WHERE e.project_id = $1 AND e.entity_type::text = 'task'
  -- live: AND (e.entity_id = ANY ($2::uuid[]) OR e.id = ANY ($3::bigint[]))
) AS r
