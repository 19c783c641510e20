-- bottleneck_contribution: where the tasks completed in the window spent their time. A part that is missing or negative
-- is 0.
CREATE TEMPORARY TABLE bottlenecks AS
SELECT w.project_id, w.table_name, w.grain, w.bucket, w.scope, s.stage, s.place,
       100 * s.part / (queue + implementation + review + integration)::float8 AS pct
FROM windows w
CROSS JOIN LATERAL (
  SELECT sum(pg_temp.micros(queue)) AS queue, sum(pg_temp.micros(implementation)) AS implementation,
         sum(pg_temp.micros(review)) AS review, sum(pg_temp.micros(integration)) AS integration
  FROM stages t JOIN scope_tasks k ON k.project_id = t.project_id AND k.scope = w.scope AND k.task = t.task
  WHERE t.project_id = w.project_id AND t.completed_at >= w.since AND t.completed_at < w.upto) n
CROSS JOIN LATERAL (VALUES ('queue', 1, queue), ('implementation', 2, implementation), ('review', 3, review),
                           ('integration', 4, integration)) AS s (stage, place, part)
WHERE queue + implementation + review + integration > 0;

INSERT INTO expected
SELECT 'bottleneck_contribution', project_id, table_name, grain, bucket, scope, '', max(pct),
       jsonb_build_object(
         'stage', (array_agg(stage ORDER BY pct DESC, place))[1],
         'delay_contribution_pct', max(pct),
         'flagged', max(pct) > 40,
         'stages', jsonb_object_agg(stage, pct))
FROM bottlenecks WHERE table_name <> 'metrics_breakdown_point'
GROUP BY project_id, table_name, grain, bucket, scope;

INSERT INTO expected
SELECT 'bottleneck_contribution', project_id, table_name, grain, bucket, 'stage', stage, pct,
       jsonb_build_object('delay_contribution_pct', pct)
FROM bottlenecks WHERE table_name = 'metrics_breakdown_point';
