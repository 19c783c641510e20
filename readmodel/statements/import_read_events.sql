-- The events of the touched tasks that an import may have made.
-- Index: event_log_entity. Called by: source_writer.
SELECT event.entity_id::text,
       event.correlation_id,
       (extract(epoch FROM event.created_at) * 1000000)::bigint,
       CASE jsonb_typeof(event.payload->'sequence') WHEN 'number' THEN event.payload->>'sequence' ELSE '0' END,
       event.payload->>'to_state',
       event.payload->>'reason',
       event.payload->>'resolver',
       event.caused_by::text
  FROM import_touched
  JOIN event_log event ON event.entity_id = import_touched.id
 WHERE event.entity_type::text = 'task'
   AND event.event_type::text = 'task.state_changed'
   AND event.correlation_id IS NOT NULL
