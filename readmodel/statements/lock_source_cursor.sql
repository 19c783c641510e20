-- The same under the row lock that serialises the discoveries of a source, until the transaction ends. No row:
-- add_source_cursor.
-- $1 text  source
-- Locks: the row, FOR UPDATE. Index: primary key. Called by source_cursor.cpp.
SELECT c.watermark, c.baseline, c.baseline_wait::text AS baseline_wait, c.gaps::text AS gaps, c.moved_at
FROM metrics_source_cursor AS c
WHERE c.source = $1
FOR UPDATE
