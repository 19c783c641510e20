-- How far a source has been discovered.
-- $1 text  source
-- Index: primary key. Called by source_cursor.cpp.
SELECT c.watermark, c.baseline, c.baseline_wait::text AS baseline_wait, c.gaps::text AS gaps, c.moved_at
FROM metrics_source_cursor AS c
WHERE c.source = $1
