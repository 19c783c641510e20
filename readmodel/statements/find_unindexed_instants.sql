-- Which instants of the tables on the search path, large enough for it to matter, no valid index begins with, though
-- changes are looked for by them: updated_at, or where there is none those that the table has (of a lease created_at
-- alone); and whether the table is partitioned.
-- $1 text[]  tables
-- $2 bigint  bytes from which on a table counts
-- Called by queries/server.cpp.
SELECT t.name, a.attname, c.relkind = 'p' AS partitioned
FROM unnest($1::text[]) WITH ORDINALITY AS t (name, position)
JOIN pg_class AS c ON c.oid = to_regclass(quote_ident(t.name))
CROSS JOIN LATERAL (
  SELECT t.name <> 'lease' AND EXISTS (
    SELECT FROM pg_attribute AS u WHERE u.attrelid = c.oid AND u.attname = 'updated_at' AND NOT u.attisdropped) AS updated
) AS own
JOIN pg_attribute AS a ON a.attrelid = c.oid AND NOT a.attisdropped
  AND a.attname = ANY (CASE WHEN own.updated THEN '{updated_at}'::text[]
                            WHEN t.name = 'integration_attempt' THEN '{started_at,ended_at}'
                            WHEN t.name = 'plan_change_set' THEN '{created_at,applied_at}'
                            ELSE '{created_at}' END)
WHERE c.relkind IN ('r', 'p')
  AND coalesce((SELECT sum(pg_relation_size(part.relid)) FROM pg_partition_tree(c.oid) AS part),
               pg_relation_size(c.oid)) >= $2::bigint
  AND NOT EXISTS (
    SELECT FROM pg_index AS i
    WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL AND i.indkey[0] = a.attnum
  )
ORDER BY t.position, a.attnum
