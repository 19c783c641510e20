-- Where many changed points gather before merge_trend_points; gone at the end of the transaction.
-- Called by tables.cpp.
CREATE TEMPORARY TABLE staged_trend_point (
  id uuid,
  metric_key text COLLATE "C",
  time_grain metrics_time_grain,
  time_bucket timestamptz,
  dimensions jsonb,
  value_numeric double precision,
  value_json jsonb
) ON COMMIT DROP
