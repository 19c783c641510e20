-- Makes a source's cursor at its first discovery; a second one waits for the first one's transaction here.
-- $1 text  source; $2 bigint  watermark and baseline; $3 jsonb  the baseline's wait or NULL; $4 timestamptz  when
-- Locks: the new row. Called by source_cursor.cpp.
INSERT INTO metrics_source_cursor (source, watermark, baseline, baseline_wait, created_at, moved_at)
VALUES ($1, $2, $2, $3, $4, $4)
ON CONFLICT (source) DO NOTHING
