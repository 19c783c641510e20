-- The four tables that dashboards read. Columns, their order and the indexes are those of the read-model storage
-- strategy v1.0; the natural keys are Tidemark's.
--
-- The natural key of each table is a unique constraint in which NULLs are equal, so that an upsert finds "no bucket"
-- and "no grain" again. Its columns begin like the strategy's access index, which it therefore replaces: a btree is
-- read backwards just as fast, so `time_bucket DESC LIMIT n` needs no index of its own. Every key holds project_id, by
-- which the tables can be distributed. Text keys sort bytewise, whatever the database's collation.
--
-- project_id references project only where Tidemark owns that table: see sources/0002_read_model_keys.up.sql.

CREATE TYPE metrics_time_grain AS ENUM ('hour', 'day', 'week', 'month');

CREATE TABLE metrics_summary (
  id          uuid        NOT NULL,
  project_id  uuid        NOT NULL,
  captured_at timestamptz NOT NULL,
  version     text        NOT NULL DEFAULT '1.0',
  scope       jsonb       NOT NULL DEFAULT '{}',
  payload     jsonb       NOT NULL,
  created_at  timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT metrics_summary_pkey PRIMARY KEY (id),
  -- Also the strategy's (project_id, captured_at DESC).
  CONSTRAINT metrics_summary_key UNIQUE NULLS NOT DISTINCT (project_id, captured_at, scope)
);

-- fillfactor 80: a recomputed row finds room on its own page, and as no index holds a value column the update is HOT.
CREATE TABLE metrics_trend_point (
  id            uuid               NOT NULL,
  project_id    uuid               NOT NULL,
  metric_key    text COLLATE "C"   NOT NULL,
  time_grain    metrics_time_grain NOT NULL,
  time_bucket   timestamptz        NOT NULL,
  dimensions    jsonb              NOT NULL DEFAULT '{}',
  value_numeric double precision,
  value_json    jsonb              NOT NULL DEFAULT '{}',
  computed_at   timestamptz        NOT NULL,
  CONSTRAINT metrics_trend_point_pkey PRIMARY KEY (id),
  -- Also the strategy's (project_id, metric_key, time_grain, time_bucket DESC). dimensions come last: before the bucket
  -- they would force a sort on the newest points of all dimensions.
  CONSTRAINT metrics_trend_point_key
    UNIQUE NULLS NOT DISTINCT (project_id, metric_key, time_grain, time_bucket, dimensions)
) WITH (fillfactor = 80);

-- The strategy's, for a reader that searches dimension values across metrics. Tidemark's own reads never use `@>` or
-- `?`, which would lead them through the rows of every project.
CREATE INDEX metrics_trend_point_dimensions ON metrics_trend_point USING gin (dimensions);

CREATE TABLE metrics_breakdown_point (
  id              uuid             NOT NULL,
  project_id      uuid             NOT NULL,
  metric_key      text COLLATE "C" NOT NULL,
  time_grain      metrics_time_grain,
  time_bucket     timestamptz,
  dimension_key   text COLLATE "C" NOT NULL,
  dimension_value text COLLATE "C" NOT NULL,
  value_numeric   double precision,
  value_json      jsonb            NOT NULL DEFAULT '{}',
  computed_at     timestamptz      NOT NULL,
  CONSTRAINT metrics_breakdown_point_pkey PRIMARY KEY (id),
  -- Also the strategy's (project_id, metric_key, time_grain, time_bucket DESC).
  CONSTRAINT metrics_breakdown_point_key
    UNIQUE NULLS NOT DISTINCT (project_id, metric_key, time_grain, time_bucket, dimension_key, dimension_value)
) WITH (fillfactor = 80);

-- The strategy's: everything about one phase, assignee or gate type, whatever the metric. The natural key cannot serve
-- it, since the metric comes first there.
CREATE INDEX metrics_breakdown_point_dimension ON metrics_breakdown_point (project_id, dimension_key, dimension_value);

CREATE TABLE metrics_drilldown (
  id           uuid             NOT NULL,
  project_id   uuid             NOT NULL,
  metric_key   text COLLATE "C" NOT NULL,
  entity_type  text COLLATE "C" NOT NULL,
  entity_id    uuid,
  reference_id text COLLATE "C",
  time_bucket  timestamptz,
  payload      jsonb            NOT NULL,
  computed_at  timestamptz      NOT NULL,
  CONSTRAINT metrics_drilldown_pkey PRIMARY KEY (id),
  -- Also the strategy's (project_id, metric_key, entity_type, entity_id).
  CONSTRAINT metrics_drilldown_key
    UNIQUE NULLS NOT DISTINCT (project_id, metric_key, entity_type, entity_id, reference_id, time_bucket)
);

-- The strategy's: entities whose key is no UUID. The natural key cannot serve it: two columns precede reference_id.
CREATE INDEX metrics_drilldown_reference ON metrics_drilldown (project_id, metric_key, reference_id);

-- A page of the drilldown in order of its value, with ties in order of the entity in the same direction: one index for
-- both directions. payload.value is always a finite number; a row without a value is not written.
CREATE INDEX metrics_drilldown_value ON metrics_drilldown
  (project_id, metric_key, ((payload ->> 'value')::double precision), entity_type, entity_id, reference_id);

COMMENT ON TABLE metrics_summary IS
  'One payload of contract v1.0 per project, snapshot instant and scope ({} = whole project).';
COMMENT ON TABLE metrics_trend_point IS
  'One value per project, metric, time bucket (UTC, its start) and dimensions ({} = all).';
COMMENT ON TABLE metrics_breakdown_point IS
  'One value per project, metric, time bucket and value of one dimension.';
COMMENT ON TABLE metrics_drilldown IS
  'One row per project, metric and entity behind a value; payload.value is what it is sorted by.';
