-- Marks source rows as found and not yet computed.
-- $1 text    source; $2 timestamptz    when
-- $3 uuid[]  projects; $4 text[]  the rows' ids; $5 uuid[]  their tasks; $6 timestamptz[]  the instants they concern
-- Locks: the new rows. Called by watermark.cpp.
INSERT INTO metrics_dirty (project_id, source, source_id, task_id, since, found_at)
SELECT s.project_id, $1::text, s.source_id, s.task_id, s.since, $2::timestamptz
FROM unnest($3::uuid[], $4::text[], $5::uuid[], $6::timestamptz[]) AS s (project_id, source_id, task_id, since)
