-- Forgets the projects that have no rows in a source any more.
-- $1 text  source; $2 text[]  projects as the source writes them
-- Locks: the rows. Index: primary key. Called by source_counts.cpp.
DELETE FROM metrics_source_count AS k
WHERE k.source = $1 AND k.project_key = ANY ($2::text[])
