-- Deletes the changes that a refresh has computed: those it read, and no others.
-- $1 uuid  project; $2 bigint[]  ids
-- Locks: the rows. Index: primary key. Called by memory_store.cpp.
DELETE FROM metrics_dirty
WHERE project_id = $1 AND id = ANY ($2::bigint[])
