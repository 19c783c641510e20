-- The applied change sets of a project: the number of their operations and the sum of those operations' numeric
-- estimate_hours_delta (NULL where none has one). Operations that are no array count 0.
-- $1 the project's id, in the type of the column
-- with `live:` $2 timestamptz
-- Index: plan_change_set (project_id). Called by sources/delivery_reader.cpp.
SELECT c.id::text AS id, count(o.operation) AS operations,
       sum((o.operation ->> 'estimate_hours_delta')::numeric)
         FILTER (WHERE jsonb_typeof(o.operation -> 'estimate_hours_delta') = 'number')::text AS estimate_hours_delta,
       c.applied_at::timestamptz AS applied_at
FROM plan_change_set AS c
LEFT JOIN LATERAL jsonb_array_elements(
    CASE WHEN jsonb_typeof(c.operations::jsonb) = 'array' THEN c.operations::jsonb ELSE '[]'::jsonb END
  ) AS o (operation) ON true
WHERE c.project_id = $1 AND c.status::text = 'applied'
-- live: AND c.applied_at >= $2::timestamptz
GROUP BY c.id, c.applied_at
