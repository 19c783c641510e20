-- Every project that has a data version or a row in one of the four dashboard tables, by id.
-- Index: the natural keys, from one project to the next. Called by queries/stored_rows.cpp.
WITH RECURSIVE stored (project_id) AS (
  SELECT least((SELECT v.project_id FROM metrics_data_version AS v ORDER BY v.project_id LIMIT 1),
               (SELECT t.project_id FROM metrics_trend_point AS t ORDER BY t.project_id LIMIT 1),
               (SELECT b.project_id FROM metrics_breakdown_point AS b ORDER BY b.project_id LIMIT 1),
               (SELECT d.project_id FROM metrics_drilldown AS d ORDER BY d.project_id LIMIT 1),
               (SELECT s.project_id FROM metrics_summary AS s ORDER BY s.project_id LIMIT 1))
  UNION ALL
  SELECT least(
    (SELECT v.project_id FROM metrics_data_version AS v WHERE v.project_id > p.project_id ORDER BY v.project_id LIMIT 1),
    (SELECT t.project_id FROM metrics_trend_point AS t WHERE t.project_id > p.project_id ORDER BY t.project_id LIMIT 1),
    (SELECT b.project_id FROM metrics_breakdown_point AS b WHERE b.project_id > p.project_id
     ORDER BY b.project_id LIMIT 1),
    (SELECT d.project_id FROM metrics_drilldown AS d WHERE d.project_id > p.project_id ORDER BY d.project_id LIMIT 1),
    (SELECT s.project_id FROM metrics_summary AS s WHERE s.project_id > p.project_id ORDER BY s.project_id LIMIT 1))
  FROM stored AS p
  WHERE p.project_id IS NOT NULL)
SELECT p.project_id
FROM stored AS p
WHERE p.project_id IS NOT NULL
ORDER BY p.project_id
