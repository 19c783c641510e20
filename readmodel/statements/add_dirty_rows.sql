-- Marks source rows as found and not yet computed. One that is marked already stays as it is.
-- $1 text  source; $2 timestamptz  when; $3 uuid[]  projects; $4 text[]  the rows' ids
-- Locks: the new rows. Index: primary key. Called by watermark.cpp.
INSERT INTO metrics_dirty (project_id, source, source_id, found_at)
SELECT s.project_id, $1::text, s.source_id, $2::timestamptz
FROM unnest($3::uuid[], $4::text[]) AS s (project_id, source_id)
ON CONFLICT (project_id, source, source_id) DO NOTHING
