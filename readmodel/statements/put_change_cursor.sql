-- Makes or moves the cursor of a mutable source.
-- $1 text  source; $2 timestamptz  now, where it begins; $3 timestamptz  moved at; $4 timestamptz  swept at
-- $5 timestamptz  counted at or NULL; $6 bigint  activity before that or NULL
-- Locks: the row. Index: primary key. Called by change_discovery.cpp.
INSERT INTO metrics_change_cursor (source, started_at, moved_at, swept_at, counted_at, activity)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (source) DO UPDATE
SET moved_at = excluded.moved_at, swept_at = excluded.swept_at, counted_at = excluded.counted_at,
    activity = excluded.activity
