-- How many changes of a project are found and not yet computed.
-- $1 uuid  project
-- Index: primary key. Called by queries/watermark.cpp.
SELECT count(*) AS dirty
FROM metrics_dirty AS d
WHERE d.project_id = $1
