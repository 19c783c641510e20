-- The expected and the stored rows, paired by their key and taken apart into fields: every field of every row on either
-- side is compared once. Leaves `report` (how much was compared and differed, by metric, table, grain, dimension and
-- field) and `differences`.

CREATE TEMPORARY TABLE stored AS
SELECT metric_key, project_id, 'metrics_trend_point' AS table_name, time_grain::text AS time_grain, time_bucket,
       coalesce((SELECT string_agg(key, ',') FROM jsonb_each_text(dimensions)), '') AS dimension,
       coalesce((SELECT string_agg(value, ',') FROM jsonb_each_text(dimensions)), '') AS dimension_value,
       value_numeric AS value, value_json AS fields
FROM metrics_trend_point JOIN projects USING (project_id)
UNION ALL
SELECT metric_key, project_id, 'metrics_breakdown_point', time_grain::text, time_bucket, dimension_key, dimension_value,
       value_numeric, value_json
FROM metrics_breakdown_point JOIN projects USING (project_id)
UNION ALL
SELECT metric_key, project_id, 'metrics_drilldown', NULL, time_bucket, entity_type, concat(entity_id, reference_id),
       NULL, payload
FROM metrics_drilldown JOIN projects USING (project_id)
UNION ALL
SELECT 'summary', project_id, 'metrics_summary', NULL, captured_at,
       coalesce((SELECT string_agg(key, ',') FROM jsonb_each_text(scope)), ''),
       coalesce((SELECT string_agg(value, ',') FROM jsonb_each_text(scope)), ''), NULL, payload
FROM metrics_summary JOIN projects USING (project_id)
UNION ALL
SELECT 'quarantine', project_id, 'metrics_quarantine', NULL, NULL, source, source_key, NULL, '{"set_aside": true}'
FROM metrics_quarantine JOIN projects USING (project_id) WHERE resolved_at IS NULL;

-- '' and infinity stand for no grain and no bucket.
CREATE TEMPORARY TABLE pairs AS
WITH e AS (
  SELECT e.metric_key, e.project_id, e.table_name, coalesce(e.time_grain, '') AS grain,
         coalesce(e.time_bucket, 'infinity') AS bucket, e.dimension, e.dimension_value,
         jsonb_strip_nulls(e.fields || jsonb_build_object('partial', CASE WHEN b.is_partial THEN true END))
           || CASE WHEN e.time_grain IS NULL THEN '{}' ELSE jsonb_build_object('value_numeric', e.value) END AS fields
  FROM expected e
  LEFT JOIN buckets b ON b.project_id = e.project_id AND b.table_name = e.table_name AND b.grain = e.time_grain
                     AND b.bucket = e.time_bucket
  WHERE e.metric_key = 'summary' OR e.table_name <> 'metrics_summary'),
s AS (
  SELECT metric_key, project_id, table_name, coalesce(time_grain, '') AS grain,
         coalesce(time_bucket, 'infinity') AS bucket, dimension, dimension_value,
         fields || CASE WHEN time_grain IS NULL THEN '{}' ELSE jsonb_build_object('value_numeric', value) END AS fields
  FROM stored)
SELECT row_number() OVER () AS pair, metric_key, project_id, table_name, grain, bucket, dimension, dimension_value,
       e.fields AS expected, s.fields AS stored, e.fields = s.fields AS is_same
FROM e FULL JOIN s USING (metric_key, project_id, table_name, grain, bucket, dimension, dimension_value);
ANALYZE pairs;

-- Every scalar of both sides with its path; documents that are the same are taken apart once. Sorted raw values are one field, bins one number: the values in them.
CREATE TEMPORARY TABLE leaves AS
WITH RECURSIVE walk (pair, side, path, name, node) AS (
  SELECT pair, side, key, key, value
  FROM pairs,
       LATERAL (SELECT 'same', expected WHERE is_same
                UNION ALL SELECT 'expected', expected WHERE is_same IS NOT TRUE
                UNION ALL SELECT 'stored', stored WHERE is_same IS NOT TRUE) AS sides (side, document),
       LATERAL jsonb_each(document)
  UNION ALL
  SELECT pair, side, path || '.' || child.key, child.key, child.value
  FROM walk, LATERAL (
    SELECT key, value FROM jsonb_each(CASE jsonb_typeof(node) WHEN 'object' THEN node ELSE '{}' END)
    UNION ALL
    SELECT lpad((n - 1)::text, 3, '0'), value
    FROM jsonb_array_elements(CASE jsonb_typeof(node) WHEN 'array' THEN node ELSE '[]' END) WITH ORDINALITY AS a (value, n)
    ) AS child
  WHERE name <> 'raw')
SELECT pair, side, CASE WHEN name = 'bins' THEN left(path, -4) || 'binned' ELSE path END AS field,
       CASE WHEN name = 'bins' THEN (SELECT to_jsonb(sum(t.n::bigint))
                                     FROM regexp_split_to_table(node #>> '{}', ' ') WITH ORDINALITY AS t (n, place)
                                     WHERE t.place % 2 = 0)
            ELSE node END AS node
FROM walk
WHERE jsonb_typeof(node) NOT IN ('object', 'array') OR node IN ('{}', '[]') OR name = 'raw';

ANALYZE leaves;

CREATE TEMPORARY TABLE compared AS
SELECT pair, field, node AS expected, node AS stored, true AS is_equal FROM leaves WHERE side = 'same'
UNION ALL
SELECT pair, field, e.node, s.node,
       CASE WHEN jsonb_typeof(e.node) = 'number' AND jsonb_typeof(s.node) = 'number'
            THEN abs(e.node::numeric - s.node::numeric)
                   <= 1e-9 * greatest(abs(e.node::numeric), abs(s.node::numeric), 0.001)  -- 0.001: what cancels out to 0
            ELSE e.node IS NOT DISTINCT FROM s.node AND e.node IS NOT NULL END
FROM (SELECT * FROM leaves WHERE side = 'expected') e
FULL JOIN (SELECT * FROM leaves WHERE side = 'stored') s USING (pair, field);

CREATE TEMPORARY TABLE differences AS
SELECT p.metric_key, p.table_name, p.grain, p.bucket, p.dimension, p.dimension_value, p.project_id, c.field, c.expected,
       c.stored, p.expected IS NULL AS is_surplus_row, p.stored IS NULL AS is_missing_row
FROM compared c JOIN pairs p USING (pair) WHERE NOT is_equal;

CREATE TEMPORARY TABLE report AS
SELECT p.metric_key, p.table_name, p.grain, p.dimension,
       regexp_replace(regexp_replace(c.field, '[.][0-9]{3}(?=[.]|$)', '[]', 'g'), '^(by_class)[.].*', '\1.*') AS field,
       count(*) AS compared, count(*) FILTER (WHERE NOT c.is_equal) AS different
FROM compared c JOIN pairs p USING (pair)
GROUP BY 1, 2, 3, 4, 5;
