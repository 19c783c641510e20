-- What is recorded about the rows of a project's metric families.
-- $1 uuid  project
-- Index: primary key. Called by data_version.cpp.
SELECT v.family, v.version, v.as_of, v.source_watermark, v.definition_hash, v.definitions::text AS definitions,
       v.updated_at
FROM metrics_data_version AS v
WHERE v.project_id = $1
