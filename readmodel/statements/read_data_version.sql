-- What is recorded about the rows of a metric family.
-- $1 uuid  project; $2 text  family
-- Index: primary key. Called by data_version.cpp.
SELECT v.version, v.as_of, v.source_watermark, v.definition_hash
FROM metrics_data_version AS v
WHERE v.project_id = $1 AND v.family = $2
