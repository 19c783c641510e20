-- Drops the floors. Rows that were compacted are not brought back; the first refresh after a new way up sets floors by
-- the policies in force.
DROP TABLE metrics_compaction_floor;
