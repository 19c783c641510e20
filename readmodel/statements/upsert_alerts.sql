-- Opens alerts, and brings open ones up to date. An escalation takes the acknowledgement back; nothing else does. An
-- alert that was resolved at the very instant at which it opened, and opens again there, is the same one.
-- $1 uuid  project; $2 uuid[] ids; $3 text[] metric keys; $4 text[] types; $5 text[] severities; $6 float8[] values;
-- $7 float8[] thresholds; $8 jsonb[] contexts; $9, $10 timestamptz[] created_at, last_seen; $11 timestamptz[]
-- resolved_at, NULL: open
-- Locks: the rows. Index: primary key. Called by alert_store.cpp.
INSERT INTO metrics_alert AS a
  (id, project_id, metric_key, alert_type, severity, value, threshold, context, created_at, last_seen, resolved_at)
SELECT s.id, $1::uuid, s.metric_key, s.alert_type, s.severity, s.value, s.threshold, s.context, s.created_at,
       s.last_seen, s.resolved_at
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::float8[], $8::jsonb[], $9::timestamptz[],
            $10::timestamptz[], $11::timestamptz[])
  AS s (id, metric_key, alert_type, severity, value, threshold, context, created_at, last_seen, resolved_at)
ORDER BY s.id
ON CONFLICT (project_id, id) DO UPDATE
SET severity = excluded.severity,
    value = excluded.value,
    threshold = excluded.threshold,
    context = excluded.context,
    last_seen = excluded.last_seen,
    acknowledged_at = CASE WHEN a.severity = excluded.severity THEN a.acknowledged_at END,
    resolved_at = excluded.resolved_at
