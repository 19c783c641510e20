-- Moves a source's cursor.
-- $1 text  source; $2 bigint  watermark; $3 jsonb  the baseline's wait or NULL; $4 jsonb  gaps; $5 timestamptz  when
-- Locks: the row, which lock_source_cursor has taken. Index: primary key. Called by source_cursor.cpp.
UPDATE metrics_source_cursor
SET watermark = $2, baseline_wait = $3, gaps = $4, moved_at = $5
WHERE source = $1
