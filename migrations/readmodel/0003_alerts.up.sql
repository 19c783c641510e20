-- Alerts: which metric left its limits, since when, and how badly. An alert stays after it was resolved, as history.
--
-- The id is made of the natural key with created_at, so that each opening has its own and a repeated run gives the same
-- one. Times are as-ofs, not wall clocks. Every unique key holds project_id, by which the table can be distributed.

CREATE TABLE metrics_alert (
  id              uuid             NOT NULL,
  project_id      uuid             NOT NULL,
  metric_key      text COLLATE "C" NOT NULL,  -- alert_type freshness: the metric family
  alert_type      text             NOT NULL,
  severity        text             NOT NULL,  -- the worst since it opened
  value           double precision NOT NULL,  -- as it was at last_seen
  threshold       double precision NOT NULL,  -- the limit of this severity
  context         jsonb            NOT NULL DEFAULT '{}',
  created_at      timestamptz      NOT NULL,
  last_seen       timestamptz      NOT NULL,
  acknowledged_at timestamptz,                -- NULL: nobody has, or it escalated since
  resolved_at     timestamptz,                -- NULL: open
  CONSTRAINT metrics_alert_pkey PRIMARY KEY (project_id, id),
  CONSTRAINT metrics_alert_type CHECK (alert_type IN ('threshold', 'anomaly', 'difference', 'freshness')),
  CONSTRAINT metrics_alert_severity CHECK (severity IN ('warning', 'critical', 'emergency'))
);

-- One open alert of each metric and type; also the open alerts of a project.
CREATE UNIQUE INDEX metrics_alert_open ON metrics_alert (project_id, metric_key, alert_type)
  WHERE resolved_at IS NULL;

-- A project's alerts, newest first; the instant that its newest resolution stands for needs no index of its own, since
-- a project has few alerts.
CREATE INDEX metrics_alert_created ON metrics_alert (project_id, created_at);

COMMENT ON TABLE metrics_alert IS
  'One row per opening of an alert: its metric, type, worst severity, and when it opened and was resolved.';
