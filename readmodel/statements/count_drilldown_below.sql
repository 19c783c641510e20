-- How many drilldown rows a metric has whose day lies below a floor, and what they take: their columns as they are
-- stored, and 92 bytes of header and columns of fixed length. Rows without a day are of the current state, and stay.
-- $1 uuid  project; $2 text  metric; $3 timestamptz  floor (exclusive)
-- Index: the natural key, all of the metric's rows. Called by compaction.cpp.
SELECT count(*), coalesce(sum(
       92 + pg_column_size(d.metric_key) + pg_column_size(d.entity_type) + coalesce(pg_column_size(d.reference_id), 0)
       + pg_column_size(d.payload)), 0)
FROM metrics_drilldown AS d
WHERE d.project_id = $1 AND d.metric_key = $2 AND d.time_bucket < $3
