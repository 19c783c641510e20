-- integration_outcomes: how attempts ended, in the bucket of their end; how long from the first failure of a streak to
-- the success that ended it.
INSERT INTO expected
WITH counts AS (
  SELECT b.project_id, b.table_name, b.grain, b.bucket, count(*) AS attempts,
         count(*) FILTER (WHERE result = 'success') AS success,
         count(*) FILTER (WHERE result = 'success' AND number = 1) AS success_first,
         count(*) FILTER (WHERE result = 'success' AND number > 1) AS success_retry,
         count(*) FILTER (WHERE result = 'conflict') AS conflict,
         count(*) FILTER (WHERE result = 'failed_checks') AS failed_checks,
         count(*) FILTER (WHERE result = 'aborted') AS aborted,
         count(s.begun_at) AS recoveries,
         sum(pg_temp.micros(a.at - s.begun_at)) AS recovery
  FROM attempts a
  LEFT JOIN failure_streaks s ON s.success = a.id
  JOIN buckets b ON b.project_id = a.project_id AND b.table_name = 'metrics_trend_point'
                AND b.bucket = date_trunc(b.grain, a.at)
  GROUP BY 1, 2, 3, 4)
SELECT 'integration_outcomes', project_id, table_name, grain, bucket, '', '', success::float8 / attempts,
       jsonb_build_object(
         'sample_size', attempts, 'success', success, 'success_first', success_first, 'success_retry', success_retry,
         'conflict', conflict, 'failed_checks', failed_checks, 'aborted', aborted,
         'avg_retry_to_success_minutes', pg_temp.minutes(recovery / nullif(recoveries, 0)),
         'confidence_interval', pg_temp.wilson_interval(success::float8 / attempts, attempts),
         'state', jsonb_build_object('v', 2, 'c', jsonb_build_object(
           'num', success, 'den', attempts, 'success_first', success_first, 'success_retry', success_retry,
           'conflict', conflict, 'failed_checks', failed_checks, 'aborted', aborted,
           'recoveries', recoveries), 's', jsonb_build_object('recovery_micros', coalesce(recovery, 0)::text)))
FROM counts;

INSERT INTO expected
SELECT 'integration_outcomes', b.project_id, b.table_name, b.grain, b.bucket, 'outcome', result, count(*),
       jsonb_build_object('count', count(*),
                          'state', jsonb_build_object('v', 2, 'c', jsonb_build_object('n', count(*))))
FROM attempts a
JOIN buckets b ON b.project_id = a.project_id AND b.table_name <> 'metrics_drilldown' AND b.grain <> 'hour'
              AND b.bucket = date_trunc(b.grain, a.at)
GROUP BY 1, 2, 3, 4, 5, 6, 7;

-- Each attempt in its day.
INSERT INTO expected
SELECT 'integration_outcomes', a.project_id, b.table_name, NULL, b.bucket, 'integration_attempt', a.id::text, NULL,
       coalesce(x.payload, '{}') || jsonb_build_object(
         'contributing_factors', '[]'::jsonb,
         'value', pg_temp.minutes(pg_temp.micros(a.at - a.started_at)), 'timestamp', pg_temp.timestamp_text(a.at),
         'outcome', a.result, 'attempt_number', a.number)
FROM attempts a
LEFT JOIN task_payloads x ON x.task = a.task AND x.project_id = a.project_id
JOIN buckets b ON b.project_id = a.project_id AND b.table_name = 'metrics_drilldown' AND b.bucket = date_trunc('day', a.at);
