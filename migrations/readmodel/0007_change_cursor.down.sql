-- Drops what was reported and counted. The next discovery begins anew, at its own time: every project has to be computed
-- from scratch after it.

DROP FUNCTION tidemark_instant(timestamptz);
DROP FUNCTION tidemark_uuid(text);
DROP FUNCTION tidemark_uuid(uuid);
DROP TABLE metrics_source_count, metrics_change_seen, metrics_change_cursor;
