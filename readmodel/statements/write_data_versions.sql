-- Records what the rows of each metric family stand for now, and raises the version of those whose rows changed. A family
-- for which nothing moved is left as it is.
-- $1 uuid  project; $2 timestamptz  as-of; $3 bigint  source watermark or NULL; $4 timestamptz  when; $5 text[] families;
-- $6 bigint[] 1 where rows changed, else 0; $7 text[] definition hashes; $8 jsonb[] those of each metric
-- Locks: the rows. Index: primary key. Called by data_version.cpp.
INSERT INTO metrics_data_version AS v
  (project_id, family, version, as_of, source_watermark, definition_hash, definitions, updated_at)
SELECT $1::uuid, s.family, s.raised, $2::timestamptz, $3::bigint, s.definition_hash, s.definitions, $4::timestamptz
FROM unnest($5::text[], $6::bigint[], $7::text[], $8::jsonb[]) AS s (family, raised, definition_hash, definitions)
ORDER BY s.family
ON CONFLICT (project_id, family) DO UPDATE
SET version = v.version + excluded.version,
    as_of = excluded.as_of,
    source_watermark = excluded.source_watermark,
    definition_hash = excluded.definition_hash,
    definitions = excluded.definitions,
    updated_at = excluded.updated_at
WHERE excluded.version > 0
   OR (v.as_of, v.source_watermark, v.definition_hash, v.definitions)
      IS DISTINCT FROM (excluded.as_of, excluded.source_watermark, excluded.definition_hash, excluded.definitions)
