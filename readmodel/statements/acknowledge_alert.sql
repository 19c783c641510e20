-- Records that somebody has taken note of an open alert.
-- $1 uuid  project; $2 uuid  id; $3 timestamptz  when
-- Locks: the row; the project's alerts checkpoint is held. Index: primary key. Called by alert_store.cpp.
UPDATE metrics_alert
SET acknowledged_at = $3
WHERE project_id = $1 AND id = $2
