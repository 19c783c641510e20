-- How many source rows are found and not yet computed, in how many projects.
-- Called by queries/watermark.cpp.
SELECT count(*) AS dirty, count(DISTINCT d.project_id) AS projects
FROM metrics_dirty AS d
