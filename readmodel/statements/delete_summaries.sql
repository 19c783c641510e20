-- Deletes summaries whose scope is no longer produced at their instant.
-- $1 uuid  project; $2 uuid[]  ids
-- Locks: the rows. Index: primary key. Called by summary_store.cpp.
DELETE FROM metrics_summary
WHERE project_id = $1 AND id = ANY ($2::uuid[])
