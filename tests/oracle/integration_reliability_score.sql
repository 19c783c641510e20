-- integration_reliability_score: 60 % success ratio, 40 % how soon failures are mended. A streak that lasts counts 24
-- hours once it is older than that.
CREATE TEMPORARY TABLE reliability AS
SELECT w.project_id, w.table_name, w.grain, w.bucket, w.scope, a.attempts, a.successes::float8 / a.attempts AS rate,
       r.minutes,
       100 * (0.6 * a.successes::float8 / a.attempts + 0.4 * greatest(0, least(1, 1 - coalesce(r.minutes, 0) / 1440)))
         AS score
FROM windows w
CROSS JOIN LATERAL (
  SELECT count(*) AS attempts, count(*) FILTER (WHERE x.result = 'success') AS successes
  FROM attempts x JOIN scope_tasks k ON k.project_id = x.project_id AND k.scope = w.scope AND k.task = x.task
  WHERE x.project_id = w.project_id AND x.at >= w.since AND x.at < w.upto) a
CROSS JOIN LATERAL (
  SELECT avg(CASE WHEN f.recovered_at < w.upto THEN extract(epoch FROM f.recovered_at - f.begun_at) / 60
                  ELSE 1440 END)::float8 AS minutes
  FROM failure_streaks f JOIN scope_tasks k ON k.project_id = f.project_id AND k.scope = w.scope AND k.task = f.task
  WHERE f.project_id = w.project_id
    AND CASE WHEN f.recovered_at < w.upto THEN f.recovered_at >= w.since
             WHEN f.dropped_at < w.upto THEN false
             ELSE f.begun_at < w.upto AND w.measured_at - f.begun_at > interval '24 hours' END) r
WHERE w.table_name <> 'metrics_breakdown_point' AND a.attempts > 0;

INSERT INTO expected
SELECT 'integration_reliability_score', project_id, table_name, grain, bucket, scope, '', score,
       jsonb_build_object('value', score, 'success_rate', rate, 'attempts', attempts, 'avg_recovery_minutes', minutes)
FROM reliability;
