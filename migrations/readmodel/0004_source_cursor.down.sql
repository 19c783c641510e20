-- Drops the watermark and what was found and not computed. The next discovery sets a new baseline, so every project has
-- to be computed from scratch after it.

DROP TABLE metrics_dirty, metrics_source_cursor;
