-- How many points a metric has below a floor, and what they take, by ISO week. A point's bytes are those of its columns
-- as they are stored and 92 of its header and of the columns of fixed length; indexes are not counted.
-- $1 uuid  project; $2 text  metric; $3 text  grain; $4 timestamptz  floor (exclusive)
-- Index: the natural key. Called by compaction.cpp.
SELECT date_trunc('week', t.time_bucket, 'UTC') AS week, count(*),
       sum(92 + pg_column_size(t.metric_key) + pg_column_size(t.dimensions) + pg_column_size(t.value_json))
FROM metrics_trend_point AS t
WHERE t.project_id = $1 AND t.metric_key = $2 AND t.time_grain = $3::metrics_time_grain AND t.time_bucket < $4
GROUP BY 1
ORDER BY 1
