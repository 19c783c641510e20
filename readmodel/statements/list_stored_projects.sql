-- Every project that has a data version or a row in one of the four dashboard tables, by id.
-- Index: the natural keys, read without the rows. Called by queries/stored_rows.cpp.
SELECT v.project_id FROM metrics_data_version AS v
UNION
SELECT t.project_id FROM metrics_trend_point AS t
UNION
SELECT b.project_id FROM metrics_breakdown_point AS b
UNION
SELECT d.project_id FROM metrics_drilldown AS d
UNION
SELECT s.project_id FROM metrics_summary AS s
ORDER BY project_id
