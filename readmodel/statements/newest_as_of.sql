-- The newest instant that a project's rows stand for; NULL where nothing has been computed.
-- $1 uuid  project
-- Index: primary key. Called by queries/projects.cpp.
SELECT max(v.as_of) AS as_of
FROM metrics_data_version AS v
WHERE v.project_id = $1
