-- Every metric of which a project has rows, by key.
-- $1 uuid  project
-- Index: the natural keys, from one metric to the next. Called by comparison.cpp.
WITH RECURSIVE stored (metric_key) AS (
  SELECT least(
    (SELECT t.metric_key FROM metrics_trend_point AS t WHERE t.project_id = $1 ORDER BY t.metric_key LIMIT 1),
    (SELECT b.metric_key FROM metrics_breakdown_point AS b WHERE b.project_id = $1 ORDER BY b.metric_key LIMIT 1),
    (SELECT d.metric_key FROM metrics_drilldown AS d WHERE d.project_id = $1 ORDER BY d.metric_key LIMIT 1))
  UNION ALL
  SELECT least(
    (SELECT t.metric_key FROM metrics_trend_point AS t WHERE t.project_id = $1 AND t.metric_key > p.metric_key
     ORDER BY t.metric_key LIMIT 1),
    (SELECT b.metric_key FROM metrics_breakdown_point AS b WHERE b.project_id = $1 AND b.metric_key > p.metric_key
     ORDER BY b.metric_key LIMIT 1),
    (SELECT d.metric_key FROM metrics_drilldown AS d WHERE d.project_id = $1 AND d.metric_key > p.metric_key
     ORDER BY d.metric_key LIMIT 1))
  FROM stored AS p
  WHERE p.metric_key IS NOT NULL)
SELECT p.metric_key
FROM stored AS p
WHERE p.metric_key IS NOT NULL
ORDER BY p.metric_key
