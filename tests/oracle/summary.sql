-- summary: the payload of every active project's snapshot at T, and in the first quarter of an hour of a day those of
-- its milestones with open tasks. Rolling metrics come from their own queries ('now' and 'before'). Spec: contract,
-- summary and "Windows of a summary"; delivery metrics, "Suggested actions" and "trend".

-- Half away from zero on the shortest decimal; an undefined number stays NULL and so absent.
CREATE FUNCTION pg_temp.rounded(value float8, digits int) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT round(value::text::numeric, digits)
$$;

-- A mean of microseconds in hours: exact up to the rounding, so that a tie is one.
CREATE FUNCTION pg_temp.hours(micros numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS $$
  SELECT pg_temp.rounded((micros / 3600000000)::float8, 2)
$$;

CREATE TEMPORARY TABLE summary_scopes AS
SELECT s.project_id, s.scope, clock.t, clock.t - interval '7 days' AS week, clock.t - interval '30 days' AS month
FROM scopes s JOIN projects p USING (project_id) CROSS JOIN clock
WHERE p.status = 'active' AND (s.scope = '' OR clock.t - date_trunc('day', clock.t) < interval '15 minutes');

CREATE TEMPORARY TABLE summary_tasks AS
SELECT x.project_id, x.scope, x.t, x.week, x.month, k.task
FROM summary_scopes x JOIN scope_tasks k USING (project_id, scope);
CREATE INDEX ON summary_tasks (task);
ANALYZE summary_tasks;

-- North star: the value now, and what became of it since the window before.
CREATE TEMPORARY TABLE north_star AS
SELECT now.metric_key, now.project_id, now.dimension AS scope, now.fields,
       jsonb_build_object(
         'value', pg_temp.rounded(now.value, 2),
         'trend', CASE WHEN abs(x.change) >= 5 THEN CASE WHEN x.change > 0 THEN 'up' ELSE 'down' END ELSE 'stable' END,
         'change_pct', pg_temp.rounded(x.change, 2)) AS moved
FROM expected now
LEFT JOIN expected before ON before.metric_key = now.metric_key AND before.project_id = now.project_id
                         AND before.table_name = 'metrics_summary' AND before.time_grain = 'before'
                         AND before.dimension = now.dimension
CROSS JOIN LATERAL (SELECT 100 * (now.value - before.value) / nullif(abs(before.value), 0) AS change) x
WHERE now.table_name = 'metrics_summary' AND now.time_grain = 'now' AND now.value IS NOT NULL;

CREATE FUNCTION pg_temp.north_star(project uuid, scope text, metric text) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT moved || CASE metric
    WHEN 'flow_efficiency_score' THEN jsonb_build_object(
      'active_time_pct', pg_temp.rounded((fields->>'active_time_pct')::float8, 2),
      'waiting_time_pct', pg_temp.rounded((fields->>'waiting_time_pct')::float8, 2),
      'blocked_time_pct', pg_temp.rounded((fields->>'blocked_time_pct')::float8, 2))
    WHEN 'integration_reliability_score' THEN jsonb_build_object(
      'success_rate', pg_temp.rounded((fields->>'success_rate')::float8, 4),
      'avg_recovery_minutes', pg_temp.rounded((fields->>'avg_recovery_minutes')::float8, 2))
    WHEN 'health_at_a_glance' THEN jsonb_build_object(
      'status', fields->'status', 'limiting_component', fields->'limiting_component')
    ELSE '{}' END
  FROM north_star n WHERE n.project_id = $1 AND n.scope = $2 AND n.metric_key = $3
$$;

CREATE FUNCTION pg_temp.duration_summary(sorted bigint[]) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object(
           'p50_minutes', pg_temp.rounded((f->>'p50_minutes')::float8, 2),
           'p75_minutes', pg_temp.rounded((f->>'p75_minutes')::float8, 2),
           'p90_minutes', pg_temp.rounded((f->>'p90_minutes')::float8, 2),
           'p95_minutes', pg_temp.rounded((f->>'p95_minutes')::float8, 2), 'sample_size', f->'sample_size')
  FROM pg_temp.duration_fields(sorted) AS f
$$;

-- Completions: throughput over the week, durations over the month.
CREATE TEMPORARY TABLE summary_completions AS
SELECT x.project_id, x.scope, jsonb_build_object(
         'throughput', jsonb_build_object(
           'tasks_integrated_week', count(c.task) FILTER (WHERE c.completed_at >= x.week),
           'tasks_by_milestone', coalesce((
             SELECT jsonb_agg(jsonb_build_object('milestone_id', m.milestone, 'count', m.n) ORDER BY m.milestone COLLATE "C")
             FROM (SELECT t.milestone, count(*) AS n
                   FROM summary_tasks y JOIN completions c USING (task) JOIN tasks t USING (task)
                   WHERE y.project_id = x.project_id AND y.scope = x.scope AND c.completed_at >= y.week
                   GROUP BY 1) m), '[]')),
         'lead_time', pg_temp.duration_summary(coalesce(
           array_agg(pg_temp.micros(c.completed_at - c.created_at) ORDER BY c.completed_at - c.created_at)
             FILTER (WHERE c.completed_at >= x.month), '{}')),
         'cycle_time', pg_temp.duration_summary(coalesce(
           array_agg(pg_temp.micros(c.completed_at - c.claimed_at) ORDER BY c.completed_at - c.claimed_at)
             FILTER (WHERE c.completed_at >= x.month AND c.claimed_at IS NOT NULL), '{}'))) AS operational
FROM summary_scopes x
LEFT JOIN summary_tasks y USING (project_id, scope)
LEFT JOIN completions c USING (task)
GROUP BY x.project_id, x.scope;

-- Levels at T.
CREATE TEMPORARY TABLE summary_levels AS
WITH standing_now AS (
  SELECT y.project_id, y.scope, p.task, p.state, p.is_wip, p.wip_hours, p.hours, p.reason,
         pg_temp.micros(y.t - p.since) AS age, pg_temp.micros(y.t - p.wip_since) AS wip_age,
         (1 - 0.95 ^ (p.hours / 24)) * CASE t.band WHEN 'P0' THEN 1 WHEN 'P1' THEN 0.8 WHEN 'P2' THEN 0.5 ELSE 0.3 END AS risk
  FROM summary_tasks y JOIN present p USING (task) JOIN tasks t USING (task))
SELECT x.project_id, x.scope, jsonb_build_object(
         'wip', jsonb_build_object(
           'total_count', count(*) FILTER (WHERE is_wip),
           'avg_age_hours', pg_temp.hours(avg(wip_age) FILTER (WHERE is_wip)),
           'aging_buckets', jsonb_build_object(
             'lt_24h', count(*) FILTER (WHERE is_wip AND wip_hours < 24),
             '24h_to_72h', count(*) FILTER (WHERE is_wip AND wip_hours >= 24 AND wip_hours < 72),
             '72h_to_7d', count(*) FILTER (WHERE is_wip AND wip_hours >= 72 AND wip_hours < 168),
             'gt_7d', count(*) FILTER (WHERE is_wip AND wip_hours >= 168))),
         'blocked', jsonb_build_object(
           'ratio', pg_temp.rounded(count(*) FILTER (WHERE state = 'blocked')::float8
                                      / nullif(count(*) FILTER (WHERE is_wip), 0), 4),
           'count', count(*) FILTER (WHERE state = 'blocked'),
           'avg_blocked_hours', pg_temp.hours(avg(age) FILTER (WHERE state = 'blocked')),
           'p90_blocked_hours', pg_temp.rounded(percentile_cont(0.9) WITHIN GROUP (ORDER BY age)
                                                  FILTER (WHERE state = 'blocked') / 3600000000, 2),
           'max_blocked_hours', pg_temp.rounded(max(hours) FILTER (WHERE state = 'blocked'), 2),
           'top_reasons', coalesce((
             SELECT jsonb_agg(jsonb_build_object('reason', reason, 'count', n) ORDER BY n DESC, reason COLLATE "C")
             FROM (SELECT pg_temp.dimension_value(b.reason) AS reason, count(*) AS n FROM standing_now b
                   WHERE b.project_id = x.project_id AND b.scope = x.scope AND b.state = 'blocked'
                   GROUP BY 1
                   ORDER BY count(*) DESC, pg_temp.dimension_value(b.reason) COLLATE "C" LIMIT 5) top), '[]')),
         'backlog', jsonb_build_object(
           'implemented_not_integrated', count(*) FILTER (WHERE state = 'implemented'),
           'avg_age_hours', pg_temp.hours(avg(age) FILTER (WHERE state = 'implemented')),
           'p90_age_hours', pg_temp.rounded(percentile_cont(0.9) WITHIN GROUP (ORDER BY age)
                                              FILTER (WHERE state = 'implemented') / 3600000000, 2),
           'max_risk_score', pg_temp.rounded(max(risk) FILTER (WHERE state = 'implemented'), 4)),
         'state_distribution', jsonb_build_object(
           'wip_count', count(*) FILTER (WHERE is_wip),
           'by_state', (SELECT jsonb_object_agg(s.state, (
                          SELECT count(*) FROM standing_now n
                          WHERE n.project_id = x.project_id AND n.scope = x.scope AND n.state = s.state))
                        FROM states s))) AS operational
FROM summary_scopes x LEFT JOIN standing_now n USING (project_id, scope)
GROUP BY x.project_id, x.scope;

-- Gates and attempts of the week; a milestone's are those of its tasks.
CREATE TEMPORARY TABLE summary_queues AS  -- candidates that wait at T
SELECT x.project_id, x.scope, w.task, w.at, pg_temp.assignee(w.gate_task, x.t) AS reviewer
FROM summary_scopes x JOIN waiting w ON w.project_id = x.project_id AND w.until = 'infinity'
WHERE x.scope = '' OR EXISTS (SELECT FROM scope_tasks k
                              WHERE k.project_id = x.project_id AND k.scope = x.scope AND k.task = w.task);

CREATE TEMPORARY TABLE summary_gates AS
SELECT x.project_id, x.scope, g.mean, jsonb_build_object('gates', jsonb_build_object(
         'queue_length', (SELECT count(*) FROM summary_queues q WHERE q.project_id = x.project_id AND q.scope = x.scope),
         'avg_latency_minutes', pg_temp.rounded(g.mean, 2),
         'sla_breach_rate', pg_temp.rounded(g.breached::float8 / nullif(g.n, 0), 4),
         'pass_rate', pg_temp.rounded(g.passed::float8 / nullif(g.decisions, 0), 4))) AS operational
FROM summary_scopes x CROSS JOIN LATERAL (
  SELECT count(*) AS decisions, count(latency) AS n, count(*) FILTER (WHERE is_breach) AS breached,
         count(*) FILTER (WHERE is_passed) AS passed, pg_temp.minutes(avg(pg_temp.micros(latency))) AS mean
  FROM decisions d
  WHERE d.project_id = x.project_id AND d.at >= x.week
    AND (x.scope = '' OR EXISTS (SELECT FROM scope_tasks k
                                 WHERE k.project_id = x.project_id AND k.scope = x.scope AND k.task = d.task))) g;

CREATE TEMPORARY TABLE summary_attempts AS
SELECT x.project_id, x.scope, jsonb_build_object('integration_outcomes', jsonb_build_object(
         'success', success, 'success_first', success_first, 'success_retry', success - success_first,
         'conflict', conflict, 'failed_checks', failed_checks, 'aborted', aborted,
         'avg_retry_to_success_minutes', pg_temp.rounded(minutes, 2))) AS operational
FROM summary_scopes x CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE result = 'success') AS success,
         count(*) FILTER (WHERE result = 'success' AND number = 1) AS success_first,
         count(*) FILTER (WHERE result = 'conflict') AS conflict,
         count(*) FILTER (WHERE result = 'failed_checks') AS failed_checks,
         count(*) FILTER (WHERE result = 'aborted') AS aborted,
         pg_temp.minutes(avg(pg_temp.micros(a.at - s.begun_at))) AS minutes
  FROM attempts a LEFT JOIN failure_streaks s ON s.success = a.id
  WHERE a.project_id = x.project_id AND a.at >= x.week
    AND (x.scope = '' OR EXISTS (SELECT FROM scope_tasks k
                                 WHERE k.project_id = x.project_id AND k.scope = x.scope AND k.task = a.task))) c;

-- Whom an action concerns, oldest first: the backlog, or the work in progress where there is none; the gates' queue.
CREATE FUNCTION pg_temp.oldest(project uuid, scope text, whom text) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_agg(name ORDER BY since, task), '[]')
  FROM (SELECT coalesce(t.short_id, t.task::text) AS name, c.since, c.task
        FROM (SELECT p.task, p.since FROM present p WHERE whom = 'backlog' AND p.state = 'implemented'
              UNION ALL SELECT p.task, p.wip_since FROM present p WHERE whom = 'wip' AND p.is_wip
              UNION ALL SELECT q.task, q.at FROM summary_queues q
                        WHERE whom = 'queue' AND q.project_id = $1 AND q.scope = $2) c
        JOIN tasks t USING (task)
        JOIN scope_tasks k ON k.task = t.task AND k.project_id = $1 AND k.scope = $2
        ORDER BY c.since, c.task LIMIT 10) oldest
$$;

CREATE TEMPORARY TABLE actions AS
WITH facts AS (
  SELECT x.project_id, x.scope, b.n AS backlog, d.value < 50 AS is_unpredictable, g.mean > 48 * 60 AS is_slow,
         q.n AS queue, q.most,
         q.who, q.n >= 4 AND 2 * q.most > q.n AS is_lopsided
  FROM summary_scopes x
  JOIN summary_gates g USING (project_id, scope)
  LEFT JOIN expected d ON d.metric_key = 'delivery_predictability_index' AND d.project_id = x.project_id
                      AND d.table_name = 'metrics_summary' AND d.time_grain = 'now' AND d.dimension = x.scope
  CROSS JOIN LATERAL (SELECT count(*) AS n FROM summary_tasks y JOIN present p USING (task)
                      WHERE y.project_id = x.project_id AND y.scope = x.scope AND p.state = 'implemented') b
  CROSS JOIN LATERAL (SELECT sum(n) AS n, max(n) FILTER (WHERE reviewer <> 'unassigned') AS most,
                             (array_agg(reviewer ORDER BY n DESC) FILTER (WHERE reviewer <> 'unassigned'))[1] AS who
                      FROM (SELECT reviewer, count(*) AS n FROM summary_queues q
                            WHERE q.project_id = x.project_id AND q.scope = x.scope GROUP BY 1) r) q)
SELECT project_id, scope, 1 AS place, 'escalate' AS action_type,
       0.5 * ((backlog > 10)::int + coalesce(is_unpredictable, false)::int) AS confidence,
       concat_ws('; ', CASE WHEN backlog > 10 THEN backlog || ' tasks are implemented and not integrated' END,
                       CASE WHEN is_unpredictable THEN 'delivery predictability is below 50' END) AS rationale,
       array_remove(ARRAY[CASE WHEN backlog > 10 THEN 'backlog' END,
                          CASE WHEN is_unpredictable THEN 'delivery_predictability_index' END], NULL) AS refs,
       pg_temp.oldest(project_id, scope, CASE WHEN backlog > 0 THEN 'backlog' ELSE 'wip' END) AS affected
FROM facts WHERE backlog > 10 OR is_unpredictable
UNION ALL
SELECT project_id, scope, 2, 'reroute_reviewer', 0.6 * coalesce(is_slow, false)::int + 0.4 * coalesce(is_lopsided, false)::int,
       concat_ws('; ', CASE WHEN is_slow THEN 'gates take longer than 48 hours on average' END,
                       CASE WHEN is_lopsided THEN format('%s holds %s of %s waiting reviews', who, most, queue) END),
       array_remove(ARRAY[CASE WHEN is_slow THEN 'gate_latency' END, CASE WHEN is_lopsided THEN 'reviewer_load' END], NULL),
       pg_temp.oldest(project_id, scope, 'queue')
FROM facts WHERE is_slow OR is_lopsided;

-- A milestone's forecast: docs/metrics.md, "How likely a milestone is late".

-- The standard normal distribution function by its series of positive terms, z^(2n+1) / (1 * 3 * 5 * .. * (2n+1)).
CREATE FUNCTION pg_temp.normal_distribution(z float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN z > 8 THEN 1 WHEN z < -8 THEN 0 WHEN z = 0 THEN 0.5
              ELSE 0.5 + sign(z) * exp(-z * z / 2) / sqrt(2 * pi()) * sum(term) END
  FROM (SELECT exp((2 * n + 1) * ln(abs(nullif(z, 0))) - sum(ln((2 * n + 1)::float8)) OVER (ORDER BY n)) AS term
        FROM generate_series(0, 200) AS n) series
$$;

CREATE TEMPORARY TABLE summary_milestones AS
SELECT x.project_id, x.scope, jsonb_build_object('milestone', jsonb_strip_nulls(jsonb_build_object(
         'tasks', jsonb_build_object('total', n.total, 'completed', n.completed, 'dropped', n.dropped, 'open', n.open,
                                     'wip', n.wip, 'blocked', n.blocked),
         'planned_completion_date', plan.day,
         'breach_probability', pg_temp.rounded(CASE
            WHEN plan.day IS NULL THEN NULL
            WHEN x.t >= plan.day + 1 THEN 1
            WHEN c.cycles < 2 THEN NULL
            WHEN c.pace = 0 THEN 1
            WHEN f.deviation = 0 THEN (f.expected > f.available)::int
            ELSE pg_temp.normal_distribution((f.expected - f.available) / f.deviation) END, 4)))) AS forecast
FROM summary_scopes x
CROSS JOIN LATERAL (
  SELECT count(*) AS total, count(*) FILTER (WHERE s.class = 'done') AS completed,
         count(*) FILTER (WHERE s.class = 'dropped') AS dropped,
         count(*) FILTER (WHERE s.class NOT IN ('done', 'dropped')) AS open,
         count(*) FILTER (WHERE s.is_wip) AS wip, count(*) FILTER (WHERE s.state = 'blocked') AS blocked
  FROM summary_tasks y JOIN spans s ON s.task = y.task AND s.is_last
  WHERE y.project_id = x.project_id AND y.scope = x.scope) n
CROSS JOIN LATERAL (
  SELECT min(m.planned_completion_date) AS day FROM milestone m
  WHERE m.project_id = x.project_id AND pg_temp.dimension_value(m.name) = x.scope
    AND EXISTS (SELECT FROM tasks t JOIN spans s ON s.task = t.task AND s.is_last
                WHERE t.project_id = m.project_id AND t.milestone_id = m.id
                  AND s.class NOT IN ('done', 'dropped'))) plan
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE c.completed_at >= x.t - interval '14 days') / 14::float8 AS pace,
         count(c.claimed_at) FILTER (WHERE c.completed_at >= x.t - interval '90 days') AS cycles,
         coalesce(stddev_pop(pg_temp.micros(c.completed_at - c.claimed_at))
                    FILTER (WHERE c.completed_at >= x.t - interval '90 days')
                  / nullif(avg(pg_temp.micros(c.completed_at - c.claimed_at))
                             FILTER (WHERE c.completed_at >= x.t - interval '90 days'), 0), 0)::float8 AS variation
  FROM summary_tasks y JOIN completions c USING (task)
  WHERE y.project_id = x.project_id AND y.scope = x.scope) c
CROSS JOIN LATERAL (
  SELECT n.open / nullif(c.pace, 0) AS expected, sqrt(n.open::float8) * c.variation / nullif(c.pace, 0) AS deviation,
         pg_temp.micros((plan.day + 1)::timestamptz - interval '1 microsecond' - x.t) / 86400000000::float8 AS available) f
WHERE x.scope <> '';

INSERT INTO expected
SELECT 'summary', x.project_id, 'metrics_summary', NULL, x.t, CASE x.scope WHEN '' THEN '' ELSE 'milestone' END, x.scope,
       NULL,
       jsonb_build_object(
         'north_star', jsonb_strip_nulls(jsonb_build_object(
           'delivery_predictability_index', pg_temp.north_star(x.project_id, x.scope, 'delivery_predictability_index'),
           'flow_efficiency_score', pg_temp.north_star(x.project_id, x.scope, 'flow_efficiency_score'),
           'integration_reliability_score', pg_temp.north_star(x.project_id, x.scope, 'integration_reliability_score'),
           'active_value_delivery_rate', pg_temp.north_star(x.project_id, x.scope, 'active_value_delivery_rate'),
           'health_at_a_glance', pg_temp.north_star(x.project_id, x.scope, 'health_at_a_glance'))),
         'operational', c.operational || l.operational || g.operational || a.operational,
         'actionability', jsonb_build_object(
           'bottleneck_contribution', coalesce((
             SELECT jsonb_agg(jsonb_build_object('stage', stage, 'delay_contribution_pct', pg_temp.rounded(pct, 2))
                              ORDER BY pct DESC, place)
             FROM bottlenecks b WHERE b.project_id = x.project_id AND b.scope = x.scope AND b.grain = 'now'), '[]'),
           'suggested_actions', coalesce((
             SELECT jsonb_agg(jsonb_build_object('action_type', action_type, 'confidence', confidence,
                                                 'rationale', rationale, 'evidence_refs', to_jsonb(refs),
                                                 'affected_tasks', affected) ORDER BY confidence DESC, place)
             FROM actions s WHERE s.project_id = x.project_id AND s.scope = x.scope), '[]')))
       || coalesce(m.forecast, '{}')
FROM summary_scopes x
LEFT JOIN summary_milestones m USING (project_id, scope)
JOIN summary_completions c USING (project_id, scope)
JOIN summary_levels l USING (project_id, scope)
JOIN summary_gates g USING (project_id, scope)
JOIN summary_attempts a USING (project_id, scope);
