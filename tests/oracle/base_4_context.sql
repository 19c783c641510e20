-- What a drilldown row says of a task besides its value: who and where it is at T, and what its time went into, as
-- shares of the time from its creation to its completion, its drop or T. Spec: contract, drilldown; delivery metrics,
-- section 4 (contributing_factors) and "Bottleneck stages".

-- The stages of every task. The stage that a task not completed is in lasts until its drop or T; the time after the
-- implementation of a completed task without an approval is integration.
CREATE TEMPORARY TABLE stages AS
WITH times AS (
  SELECT t.project_id, t.task, t.created_at, c.completed_at, 
         CASE WHEN last.class IN ('done', 'dropped') THEN last.since ELSE clock.t END AS ended_at,
         (SELECT min(s.since) FROM spans s WHERE s.task = t.task AND s.class = 'active') AS claimed_at,
         (SELECT min(s.since) FROM spans s WHERE s.task = t.task AND s.state = 'ready') AS ready_at,
         (SELECT max(s.since) FROM spans s WHERE s.task = t.task AND s.state = 'implemented') AS implemented_at,
         (SELECT coalesce(sum(least(s.until, clock.t) - s.since), interval '0') FROM spans s
          WHERE s.task = t.task AND s.state = 'blocked') AS blocked
  FROM tasks t CROSS JOIN clock JOIN spans last ON last.task = t.task AND last.is_last
  LEFT JOIN completions c ON c.task = t.task),
approved AS (
  SELECT t.*, (SELECT min(d.at) FROM decisions d
               WHERE d.project_id = t.project_id AND d.task = t.task AND d.is_passed
                 AND d.at BETWEEN t.implemented_at AND t.ended_at) AS approved_at
  FROM times t)
SELECT project_id, task, completed_at, ended_at - created_at AS elapsed, blocked,
       greatest(interval '0', coalesce(claimed_at, CASE WHEN completed_at IS NULL AND implemented_at IS NULL THEN ended_at END)
                              - coalesce(ready_at, created_at)) AS queue,
       greatest(interval '0', coalesce(implemented_at, CASE WHEN completed_at IS NULL THEN ended_at END)
                              - claimed_at) AS implementation,
       greatest(interval '0', coalesce(approved_at, CASE WHEN completed_at IS NULL THEN ended_at END)
                              - implemented_at) AS review,
       greatest(interval '0', ended_at - coalesce(approved_at, CASE WHEN completed_at IS NOT NULL THEN implemented_at END))
         AS integration
FROM approved;
CREATE UNIQUE INDEX ON stages (task);
ANALYZE stages;

CREATE TEMPORARY TABLE task_payloads AS
SELECT t.project_id, t.task,
       jsonb_build_object(
         'task_id', coalesce(t.short_id, t.task::text), 'task_title', t.title,
         'context', jsonb_build_object('phase', t.phase, 'milestone', t.milestone, 'task_class', t.task_class,
                                       'assignee', pg_temp.assignee(t.task, clock.t), 'state', s.state),
         'contributing_factors', coalesce((
           SELECT jsonb_agg(jsonb_build_object('factor', f.name, 'impact', f.impact, 'description', f.description)
                            ORDER BY f.impact DESC, f.place)
           FROM (SELECT p.place, p.name, least(1, pg_temp.micros(p.part)::float8 / pg_temp.micros(g.elapsed)) AS impact,
                        round(100 * pg_temp.micros(p.part)::numeric / pg_temp.micros(g.elapsed)) || p.text AS description
                 FROM (VALUES (1, 'queue_time', g.queue, ' % of the elapsed time before anybody worked on it'),
                              (2, 'implementation_time', g.implementation, ' % of the elapsed time in implementation'),
                              (3, 'review_wait_time', g.review, ' % of the elapsed time waiting for review'),
                              (4, 'integration_wait_time', g.integration, ' % of the elapsed time waiting for integration'),
                              (5, 'blocked_time', g.blocked, ' % of the elapsed time blocked')) AS p (place, name, part, text)
                 WHERE p.part > interval '0' AND g.elapsed > interval '0'
                 UNION ALL  -- retries among the attempts
                 SELECT 6, 'integration_retries', (count(*) - 1)::float8 / count(*),
                        count(*) - 1 || CASE count(*) WHEN 2 THEN ' further integration attempt'
                                                      ELSE ' further integration attempts' END
                 FROM attempts a WHERE a.project_id = t.project_id AND a.task = t.task
                 HAVING count(*) > 1) f), '[]')) AS payload
FROM tasks t
CROSS JOIN clock
JOIN spans s ON s.task = t.task AND s.is_last
JOIN stages g ON g.task = t.task;
CREATE UNIQUE INDEX ON task_payloads (task);
ANALYZE task_payloads;
