-- Where many changed drilldown rows gather before merge_drilldown_rows; gone at the end of the transaction.
-- Called by tables.cpp.
CREATE TEMPORARY TABLE staged_drilldown (
  id uuid,
  metric_key text COLLATE "C",
  entity_type text COLLATE "C",
  entity_id uuid,
  reference_id text COLLATE "C",
  time_bucket timestamptz,
  payload jsonb
) ON COMMIT DROP
