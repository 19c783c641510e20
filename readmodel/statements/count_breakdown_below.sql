-- How many breakdown points a metric has below a floor, and what they take: their columns as they are stored, and 100
-- bytes of header and columns of fixed length.
-- $1 uuid  project; $2 text  metric; $3 timestamptz  floor (exclusive)
-- Index: the natural key. Called by compaction.cpp.
SELECT count(*), coalesce(sum(
       100 + pg_column_size(b.metric_key) + pg_column_size(b.dimension_key) + pg_column_size(b.dimension_value)
       + pg_column_size(b.value_json)), 0)
FROM metrics_breakdown_point AS b
WHERE b.project_id = $1 AND b.metric_key = $2 AND b.time_grain = 'day' AND b.time_bucket < $3
