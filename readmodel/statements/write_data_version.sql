-- Records what a family's rows stand for now, and raises its version where rows changed.
-- $1 uuid  project; $2 text  family; $3 timestamptz  as-of; $4 bigint  source watermark or NULL; $5 text  definition
-- hash; $6 timestamptz  when; $7 bigint  1 where rows changed, else 0
-- Locks: the row. Index: primary key. Called by data_version.cpp.
INSERT INTO metrics_data_version AS v
  (project_id, family, version, as_of, source_watermark, definition_hash, updated_at)
VALUES ($1, $2, $7, $3, $4, $5, $6)
ON CONFLICT (project_id, family) DO UPDATE
SET version = v.version + excluded.version,
    as_of = excluded.as_of,
    source_watermark = excluded.source_watermark,
    definition_hash = excluded.definition_hash,
    updated_at = excluded.updated_at
