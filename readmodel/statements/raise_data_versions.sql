-- Raises the version of metric families whose rows were compacted. What they stand for stays: the as-of, the watermark
-- and the definitions that the rows were computed with.
-- $1 uuid  project; $2 text[]  families; $3 timestamptz  when
-- Locks: the rows. Index: primary key. Called by compaction.cpp.
UPDATE metrics_data_version
SET version = version + 1,
    updated_at = $3
WHERE project_id = $1 AND family = ANY ($2::text[])
