-- A data version per metric family, and the definitions that a family's rows were computed with, metric by metric.
--
-- What was recorded for all delivery metrics together stands for each family: same rows, same as-of. Readers that hold a
-- version go on with it. No definitions are known of the rows so far, so the next refresh computes them anew.

ALTER TABLE metrics_data_version
  ADD COLUMN definitions jsonb NOT NULL DEFAULT '{}';  -- {"lead_time": hash, ..}; definition_hash is made of them

INSERT INTO metrics_data_version (project_id, family, version, as_of, source_watermark, definition_hash, updated_at)
SELECT v.project_id, f.family, v.version, v.as_of, v.source_watermark, 'unknown', v.updated_at
FROM metrics_data_version AS v
CROSS JOIN unnest(ARRAY['north_star', 'operational']) AS f (family)
WHERE v.family = 'delivery';

DELETE FROM metrics_data_version
WHERE family = 'delivery';

-- Alerts of stale rows name the family; those of the families open by themselves where they have to.
UPDATE metrics_alert
SET resolved_at = last_seen
WHERE alert_type = 'freshness' AND metric_key = 'delivery' AND resolved_at IS NULL;
