-- How far the append-only sources have been discovered, and what was found and is not computed yet.
-- Neither references project: an unseen row's project is unknown, and an event may come before its project.

-- One row per source. Everything at or below the watermark is in metrics_dirty or was, or is at or below the baseline
-- and visible to every first computation, or in a gap, or will never be committed.
CREATE TABLE metrics_source_cursor (
  source        text COLLATE "C" NOT NULL,  -- the source table
  watermark     bigint           NOT NULL,
  baseline      bigint           NOT NULL,  -- the watermark of the first discovery: rows up to it are left to each
                                            -- project's first full computation
  baseline_wait jsonb,                      -- NULL: nobody can commit a row up to the baseline any more; else a wait
  gaps          jsonb            NOT NULL DEFAULT '[]',  -- [{"ids": [[first, last], ..]} and a wait], by first id
  created_at    timestamptz      NOT NULL,
  moved_at      timestamptz      NOT NULL,  -- the newest discovery that found something
  CONSTRAINT metrics_source_cursor_pkey PRIMARY KEY (source),
  CONSTRAINT metrics_source_cursor_order CHECK (watermark >= baseline)
);

-- Changes of the sources, found and not yet computed: written in the transaction that moves the cursor (or, by a capture
-- trigger, in the one that changes the source), deleted in the one that commits the project's rows. Only added to, never
-- updated: a refresh deletes just the rows it saw, so a row that changes again while it computes is not lost. The key
-- begins with project_id, so it is also how a refresh takes a project's rows, and it is the only index: each row is
-- written once, read once and deleted.
CREATE TABLE metrics_dirty (
  project_id uuid             NOT NULL,
  id         bigint           NOT NULL GENERATED ALWAYS AS IDENTITY,
  source     text COLLATE "C" NOT NULL,  -- the source table
  source_id  text COLLATE "C" NOT NULL,  -- the row's id as text
  task_id    uuid,                       -- the task it belongs to; NULL: none, or unknown
  since      timestamptz,                -- the earliest instant that it can change, before and after; NULL: any
  found_at   timestamptz      NOT NULL,
  CONSTRAINT metrics_dirty_pkey PRIMARY KEY (project_id, id)
);

COMMENT ON TABLE metrics_source_cursor IS
  'Per source: the watermark, the gaps below it, and the transactions that may still fill them.';
COMMENT ON COLUMN metrics_source_cursor.gaps IS
  'A wait is "holders" (virtual transactions as in pg_locks), "server_start" and "since".';
COMMENT ON TABLE metrics_dirty IS
  'Changes of the sources, found and not yet computed.';
