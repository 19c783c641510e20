-- Open alerts per severity, worst first.
-- Called by queries/alerts.cpp.
SELECT a.severity, count(*) AS open
FROM metrics_alert AS a
WHERE a.resolved_at IS NULL
GROUP BY a.severity
ORDER BY array_position(ARRAY['emergency', 'critical', 'warning'], a.severity)
