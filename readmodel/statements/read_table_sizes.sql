-- Rows and bytes (indexes and TOAST included) of Tidemark's tables. Tables up to $1 bytes are counted, larger ones are
-- estimated from the last vacuum or analyze, for a status screen must not read gigabytes.
-- $1 bigint  bytes up to which a table is counted
-- Called by queries/status.cpp.
SELECT s.name, s.bytes, s.bytes > $1 AND s.estimate >= 0 AS estimated,
       CASE
         WHEN s.bytes > $1 AND s.estimate >= 0 THEN s.estimate
         WHEN s.name = 'metrics_summary' THEN (SELECT count(*) FROM metrics_summary)
         WHEN s.name = 'metrics_trend_point' THEN (SELECT count(*) FROM metrics_trend_point)
         WHEN s.name = 'metrics_breakdown_point' THEN (SELECT count(*) FROM metrics_breakdown_point)
         WHEN s.name = 'metrics_drilldown' THEN (SELECT count(*) FROM metrics_drilldown)
         WHEN s.name = 'metrics_job_checkpoint' THEN (SELECT count(*) FROM metrics_job_checkpoint)
         WHEN s.name = 'metrics_data_version' THEN (SELECT count(*) FROM metrics_data_version)
         WHEN s.name = 'metrics_job_run' THEN (SELECT count(*) FROM metrics_job_run)
         WHEN s.name = 'metrics_quarantine' THEN (SELECT count(*) FROM metrics_quarantine)
         WHEN s.name = 'metrics_alert' THEN (SELECT count(*) FROM metrics_alert)
         WHEN s.name = 'metrics_source_cursor' THEN (SELECT count(*) FROM metrics_source_cursor)
         WHEN s.name = 'metrics_dirty' THEN (SELECT count(*) FROM metrics_dirty)
         WHEN s.name = 'metrics_project_memory' THEN (SELECT count(*) FROM metrics_project_memory)
         WHEN s.name = 'metrics_task_timeline' THEN (SELECT count(*) FROM metrics_task_timeline)
         WHEN s.name = 'metrics_change_cursor' THEN (SELECT count(*) FROM metrics_change_cursor)
         WHEN s.name = 'metrics_change_seen' THEN (SELECT count(*) FROM metrics_change_seen)
         WHEN s.name = 'metrics_source_count' THEN (SELECT count(*) FROM metrics_source_count)
         WHEN s.name = 'metrics_compaction_floor' THEN (SELECT count(*) FROM metrics_compaction_floor)
       END AS rows
FROM (
  SELECT wanted.name, wanted.position, pg_total_relation_size(c.oid) AS bytes, c.reltuples::bigint AS estimate
  FROM unnest(ARRAY['metrics_summary', 'metrics_trend_point', 'metrics_breakdown_point', 'metrics_drilldown',
                    'metrics_job_checkpoint', 'metrics_data_version', 'metrics_job_run', 'metrics_quarantine',
                    'metrics_alert', 'metrics_source_cursor', 'metrics_dirty', 'metrics_project_memory',
                    'metrics_task_timeline', 'metrics_change_cursor', 'metrics_change_seen', 'metrics_source_count',
                    'metrics_compaction_floor'])
    WITH ORDINALITY AS wanted (name, position)
  JOIN pg_class AS c ON c.oid = to_regclass(wanted.name)
) AS s
ORDER BY s.position
