-- The ids of the snapshots that earlier imports brought: what derives from them has them as its ids.
-- Called by: source_writer, where there are any; filled by COPY.
CREATE TEMPORARY TABLE import_earlier ON COMMIT DROP AS
SELECT id FROM lease WITH NO DATA
