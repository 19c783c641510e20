-- Where many changed breakdown points gather before merge_breakdown_points; gone at the end of the transaction.
-- Called by tables.cpp.
CREATE TEMPORARY TABLE staged_breakdown_point (
  id uuid,
  metric_key text COLLATE "C",
  time_grain metrics_time_grain,
  time_bucket timestamptz,
  dimension_key text COLLATE "C",
  dimension_value text COLLATE "C",
  value_numeric double precision,
  value_json jsonb
) ON COMMIT DROP
