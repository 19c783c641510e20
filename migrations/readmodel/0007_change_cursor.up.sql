-- What the discovery of changes in the mutable sources knows, where no trigger captures them: how far each source was
-- read, what was reported within the overlap that is read again, and what was counted last.
-- Every key begins with the source: one is never looked up for another.

CREATE TABLE metrics_change_cursor (
  source     text COLLATE "C" NOT NULL,  -- the source table
  started_at timestamptz      NOT NULL,  -- the first discovery, or the end of a capture
  moved_at   timestamptz      NOT NULL,  -- the newest discovery that found something
  swept_at   timestamptz      NOT NULL,  -- the newest one that read the whole overlap
  counted_at timestamptz,                -- when the rows were counted last; NULL: never
  activity   bigint,                     -- the server's statistics of the table before that count
  CONSTRAINT metrics_change_cursor_pkey PRIMARY KEY (source)
);

-- The newest instant of a source in here is where its cursor stands. The key is in the order in which the overlap is
-- read, looked up and forgotten.
CREATE TABLE metrics_change_seen (
  source    text COLLATE "C" NOT NULL,
  instant   timestamptz      NOT NULL,  -- that of the row version which was reported
  source_id text COLLATE "C" NOT NULL,
  CONSTRAINT metrics_change_seen_pkey PRIMARY KEY (source, instant, source_id)
);

CREATE TABLE metrics_source_count (
  source      text COLLATE "C" NOT NULL,
  project_key text COLLATE "C" NOT NULL,  -- project_id as the source writes it
  rows        bigint           NOT NULL,
  newest      timestamptz,                -- of the rows' created_at; NULL: there is none
  CONSTRAINT metrics_source_count_pkey PRIMARY KEY (source, project_key)
);

-- Ids of the sources may be uuid or text: the same call takes either, and a uuid costs nothing. NULL: no UUID. The
-- spellings are those of readmodel/sources/source_ids.hpp.
CREATE FUNCTION tidemark_uuid(id uuid) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT id';
CREATE FUNCTION tidemark_uuid(id text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN id ~* '^([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$'
      OR id ~* '^\{([0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})\}$' THEN id::uuid END
$$;

-- An instant that every reader can hold. NULL: it is none (infinity, a year before 1 or after 9999), so any is meant.
CREATE FUNCTION tidemark_instant(t timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN t >= '0001-01-01 00:00:00+00'::timestamptz AND t < '10000-01-01 00:00:00+00'::timestamptz THEN t END
$$;

COMMENT ON TABLE metrics_change_cursor IS
  'Per mutable source without capture: when its changes were looked for.';
COMMENT ON TABLE metrics_change_seen IS
  'Row versions within the overlap that are reported already.';
COMMENT ON TABLE metrics_source_count IS
  'Per small source without capture and project: how many rows there were, so that a deletion is seen.';
