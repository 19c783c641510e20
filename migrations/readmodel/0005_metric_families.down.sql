-- Back to one data version for all delivery metrics. It moves where any family's did: the sum of theirs.

INSERT INTO metrics_data_version (project_id, family, version, as_of, source_watermark, definition_hash, updated_at)
SELECT v.project_id, 'delivery', sum(v.version), min(v.as_of), min(v.source_watermark), 'unknown', max(v.updated_at)
FROM metrics_data_version AS v
WHERE v.family IN ('north_star', 'operational')
GROUP BY v.project_id;

DELETE FROM metrics_data_version
WHERE family IN ('north_star', 'operational');

UPDATE metrics_alert
SET resolved_at = last_seen
WHERE alert_type = 'freshness' AND metric_key IN ('north_star', 'operational') AND resolved_at IS NULL;

ALTER TABLE metrics_data_version
  DROP COLUMN definitions;
