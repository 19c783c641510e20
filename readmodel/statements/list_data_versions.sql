-- What each project's rows stand for, by project and family.
-- Called by queries/status.cpp.
SELECT v.project_id, v.family, v.version, v.as_of, v.updated_at, v.definition_hash
FROM metrics_data_version AS v
ORDER BY v.project_id, v.family
