-- Keeps what was counted of a source, project by project.
-- $1 text  source; $2 text[]  projects as the source writes them; $3 bigint[]  rows; $4 timestamptz[]  the newest
-- Locks: the rows. Index: primary key. Called by source_counts.cpp.
INSERT INTO metrics_source_count (source, project_key, rows, newest)
SELECT $1::text, s.project_key, s.rows, s.newest
FROM unnest($2::text[], $3::bigint[], $4::timestamptz[]) AS s (project_key, rows, newest)
ON CONFLICT (source, project_key) DO UPDATE
SET rows = excluded.rows, newest = excluded.newest
