-- delivery_predictability_index: schedule reliability .40, cycle time stability .35, blocker resolution .25, over those
-- that are defined.

-- A milestone's plan and what came of it, as known at T. A date is its last instant, a start date its first; one after T
-- is not known. Without an actual date the last task's completion counts, once none is left to do.
CREATE TEMPORARY TABLE milestone_outcomes AS
WITH dates AS (
  SELECT m.project_id, m.id, pg_temp.dimension_value(m.name) AS name, clock.t,
         m.planned_start_date::timestamptz AS start,
         (m.planned_completion_date + 1)::timestamptz - interval '1 microsecond' AS planned,
         (m.actual_completion_date + 1)::timestamptz - interval '1 microsecond' AS actual
  FROM milestone m JOIN clock ON m.created_at <= clock.t),
outcomes AS (
  SELECT d.project_id, d.name, d.planned, CASE WHEN d.start <= d.t THEN d.start END AS start,
         coalesce(CASE WHEN d.actual <= d.t THEN d.actual END, CASE WHEN k.nothing_left THEN k.last END) AS actual
  FROM dates d
  CROSS JOIN LATERAL (
    SELECT bool_and(s.class IN ('done', 'dropped')) AS nothing_left, max(s.since) FILTER (WHERE s.class = 'done') AS last
    FROM tasks t JOIN spans s ON s.task = t.task AND s.is_last
    WHERE t.milestone_id = d.id AND t.project_id = d.project_id) k
  WHERE d.planned <= d.t)
SELECT project_id, name, planned,
       coalesce(10 * abs(pg_temp.micros(actual - planned))
                  <= CASE WHEN planned > start THEN pg_temp.micros(planned - start)
                          ELSE pg_temp.micros(interval '7 days') END, false) AS on_time
FROM outcomes;

CREATE TEMPORARY TABLE predictability AS
SELECT w.project_id, w.table_name, w.grain, w.bucket, w.scope, r.sr, s.cts, b.brr, x.coverage, x.score
FROM windows w
CROSS JOIN LATERAL (
  SELECT avg(m.on_time::int)::float8 AS sr FROM milestone_outcomes m
  WHERE m.project_id = w.project_id AND w.scope IN ('', m.name) AND m.planned >= w.since AND m.planned < w.upto) r
CROSS JOIN LATERAL (
  SELECT CASE WHEN count(us) < 2 THEN NULL WHEN avg(us) = 0 THEN 1
              ELSE greatest(0, least(1, 1 - stddev_pop(us) / avg(us))) END::float8 AS cts
  FROM (SELECT pg_temp.micros(c.completed_at - c.claimed_at)::float8 AS us
        FROM completions c JOIN scope_tasks k ON k.project_id = c.project_id AND k.scope = w.scope AND k.task = c.task
        WHERE c.project_id = w.project_id AND c.completed_at >= w.since AND c.completed_at < w.upto) c) s
CROSS JOIN LATERAL (
  SELECT avg((p.until - p.since <= interval '48 hours')::int)::float8 AS brr
  FROM spans p JOIN scope_tasks k ON k.project_id = p.project_id AND k.scope = w.scope AND k.task = p.task
  WHERE p.project_id = w.project_id AND p.state = 'blocked' AND p.until >= w.since AND p.until < w.upto) b
CROSS JOIN LATERAL (
  SELECT sum(weight) AS coverage, 100 * sum(weight * part) / sum(weight) AS score
  FROM (VALUES (0.40::float8, sr), (0.35, cts), (0.25, brr)) AS v (weight, part) WHERE part IS NOT NULL) x
WHERE w.table_name <> 'metrics_breakdown_point' AND x.score IS NOT NULL;

INSERT INTO expected
SELECT 'delivery_predictability_index', project_id, table_name, grain, bucket, scope, '', score,
       jsonb_build_object('value', score, 'coverage', coverage, 'schedule_reliability', sr,
                          'cycle_time_stability', cts, 'blocker_resolution_rate', brr)
FROM predictability;
