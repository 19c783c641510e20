-- dependency_risk: open tasks that wait for an unfinished one, of all open tasks, at a bucket's end; and the shape of
-- the graph that the dependencies between open tasks make. No rows in a project that records no dependency.
CREATE TEMPORARY TABLE edges AS
SELECT e.project_id, e.from_task_id AS for_task, e.to_task_id AS task, e.unlock_on, e.created_at
FROM dependency_edge e
JOIN clock ON e.created_at <= clock.t
JOIN tasks f ON f.project_id = e.project_id AND f.task = e.from_task_id
JOIN tasks t ON t.project_id = e.project_id AND t.task = e.to_task_id;
CREATE INDEX ON edges (project_id, created_at);
ANALYZE edges;

CREATE TEMPORARY TABLE risk_buckets AS
SELECT b.project_id, b.grain, b.bucket, b.upto, row_number() OVER () AS no
FROM buckets b
WHERE b.table_name = 'metrics_trend_point' AND b.project_id IN (SELECT project_id FROM edges)
  AND (EXISTS (SELECT FROM level_buckets l
               WHERE (l.project_id, l.table_name, l.grain, l.bucket) = (b.project_id, b.table_name, b.grain, b.bucket))
    OR EXISTS (SELECT FROM edges e
               WHERE e.project_id = b.project_id AND e.created_at >= b.bucket AND e.created_at < b.upto));

CREATE TEMPORARY TABLE risk_tasks AS
SELECT b.no, s.task, s.state, s.class NOT IN ('done', 'dropped') AS is_open
FROM risk_buckets b JOIN spans s ON s.project_id = b.project_id AND s.since < b.upto AND s.until >= b.upto;
CREATE INDEX ON risk_tasks (no, task);
ANALYZE risk_tasks;

-- Which open task waits for which, and whether still. One that is made only later, as known at T, is
-- not finished, and not open either.
CREATE TEMPORARY TABLE waits AS
SELECT DISTINCT b.no, e.for_task::text AS for_task, coalesce(f.is_open, false) AS for_open, t.task::text AS task,
       (f.state = 'integrated'
         OR e.unlock_on = 'implemented' AND f.state IN ('implemented', 'awaiting_review', 'conflict')) IS NOT TRUE
         AS unfinished
FROM risk_buckets b
JOIN edges e ON e.project_id = b.project_id AND e.created_at < b.upto
JOIN risk_tasks t ON t.no = b.no AND t.task = e.task AND t.is_open
LEFT JOIN risk_tasks f ON f.no = b.no AND f.task = e.for_task;
CREATE INDEX ON waits (no);
ANALYZE waits;

-- The graph of a bucket: its edges between open tasks. Buckets that have the same edges share it.
CREATE TEMPORARY TABLE bucket_graphs AS
SELECT no, md5(string_agg(for_task || task, ' ' ORDER BY for_task, task)) AS graph
FROM (SELECT DISTINCT no, for_task, task FROM waits WHERE for_open) w GROUP BY no;
CREATE INDEX ON bucket_graphs (no);
CREATE TEMPORARY TABLE graph_edges AS
SELECT DISTINCT g.graph, w.for_task AS a, w.task AS b
FROM (SELECT graph, min(no) AS no FROM bucket_graphs GROUP BY graph) g JOIN waits w USING (no) WHERE w.for_open;
CREATE INDEX ON graph_edges (graph, a);
ANALYZE graph_edges;

CREATE TEMPORARY TABLE reaches AS
WITH RECURSIVE r AS (
  SELECT graph, a, b FROM graph_edges
  UNION
  SELECT r.graph, r.a, e.b FROM r JOIN graph_edges e ON e.graph = r.graph AND e.a = r.b)
SELECT * FROM r;
CREATE UNIQUE INDEX ON reaches (graph, a, b);
ANALYZE reaches;

-- Tasks that reach each other are one knot, named by the least of them; a task on no cycle is a knot of its own.
CREATE TEMPORARY TABLE knots AS
SELECT n.graph, n.task, coalesce(min(o.b), n.task) AS knot, count(o.b) > 0 AS cyclic
FROM (SELECT graph, a AS task FROM graph_edges UNION SELECT graph, b FROM graph_edges) n
LEFT JOIN (SELECT x.* FROM reaches x JOIN reaches y ON (y.graph, y.a, y.b) = (x.graph, x.b, x.a)) o
  ON o.graph = n.graph AND o.a = n.task
GROUP BY n.graph, n.task;
CREATE INDEX ON knots (graph, task);
ANALYZE knots;

-- The longest way through the knots, each as long as it has tasks.
CREATE TEMPORARY TABLE knot_sizes AS SELECT graph, knot, count(*) AS tasks FROM knots GROUP BY 1, 2;
CREATE INDEX ON knot_sizes (graph, knot);
CREATE TEMPORARY TABLE knot_edges AS
SELECT DISTINCT e.graph, x.knot AS a, y.knot AS b
FROM graph_edges e
JOIN knots x ON x.graph = e.graph AND x.task = e.a
JOIN knots y ON y.graph = e.graph AND y.task = e.b
WHERE x.knot <> y.knot;
CREATE INDEX ON knot_edges (graph, a);
ANALYZE knot_edges;
CREATE TEMPORARY TABLE chains AS
WITH RECURSIVE walk AS (
  SELECT graph, knot, tasks AS length FROM knot_sizes
  UNION
  SELECT w.graph, e.b, w.length + s.tasks
  FROM walk w
  JOIN knot_edges e ON e.graph = w.graph AND e.a = w.knot
  JOIN knot_sizes s ON s.graph = e.graph AND s.knot = e.b)
SELECT graph, max(length) AS longest FROM walk GROUP BY graph;

INSERT INTO expected
SELECT 'dependency_risk', b.project_id, 'metrics_trend_point', b.grain, b.bucket, '', '',
       n.waiting::float8 / nullif(o.open, 0),
       jsonb_build_object(
         'open_count', o.open, 'sample_size', o.open, 'waiting_count', n.waiting,
         'confidence_interval', pg_temp.wilson_interval(n.waiting::float8 / nullif(o.open, 0), o.open),
         'max_fan_in', coalesce(f.most, 0), 'high_fan_in_count', coalesce(f.high, 0),
         'longest_chain', coalesce(c.longest, least(o.open, 1)),
         'cycles', coalesce(k.cycles, 0))
FROM risk_buckets b
CROSS JOIN LATERAL (SELECT count(*) AS open FROM risk_tasks t WHERE t.no = b.no AND t.is_open) o
CROSS JOIN LATERAL (SELECT count(DISTINCT task) AS waiting FROM waits w WHERE w.no = b.no AND w.unfinished) n
LEFT JOIN bucket_graphs g ON g.no = b.no
LEFT JOIN chains c ON c.graph = g.graph
LEFT JOIN (SELECT graph, count(DISTINCT knot) AS cycles FROM knots WHERE cyclic GROUP BY graph) k ON k.graph = g.graph
LEFT JOIN (SELECT no, max(fan_in) AS most, count(*) FILTER (WHERE fan_in > 3) AS high
           FROM (SELECT no, task, count(DISTINCT for_task) AS fan_in FROM waits WHERE for_open GROUP BY no, task) x
           GROUP BY no) f ON f.no = b.no;
