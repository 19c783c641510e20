-- Forgets what was reported of a source before the overlap.
-- $1 text  source; $2 timestamptz  the beginning of the overlap
-- Locks: the rows. Index: primary key. Called by change_discovery.cpp.
DELETE FROM metrics_change_seen AS s
WHERE s.source = $1 AND s.instant <= $2
