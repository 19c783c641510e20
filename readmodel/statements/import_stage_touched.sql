-- The tasks that an import touches.
-- Called by: source_writer, once per transaction; filled by COPY.
CREATE TEMPORARY TABLE import_touched ON COMMIT DROP AS
SELECT id FROM task WITH NO DATA
