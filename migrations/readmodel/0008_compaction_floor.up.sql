-- From which bucket start on the rows of a project's metric stand. The first refresh of a metric sets its floors by the
-- policies in force; after that only compaction moves them, and only forward. Refresh and reconcile write nothing below.

CREATE TABLE metrics_compaction_floor (
  project_id  uuid             NOT NULL,
  metric_key  text COLLATE "C" NOT NULL,
  -- The start of the first bucket that stands, of each kind of row; NULL: all of them stand.
  trend_hour  timestamptz,  -- hours and days go by whole ISO weeks: a Monday
  trend_day   timestamptz,
  trend_week  timestamptz,
  trend_month timestamptz,
  breakdown   timestamptz,
  drilldown   timestamptz,
  -- Mondays of weeks below trend_hour and trend_day that could not be verified: their rows stand all the same.
  left_weeks  timestamptz[]    NOT NULL DEFAULT '{}',
  CONSTRAINT metrics_compaction_floor_pkey PRIMARY KEY (project_id, metric_key)
);

COMMENT ON TABLE metrics_compaction_floor IS
  'Per project and metric: from which bucket start on rows stand; nothing below is written again.';
