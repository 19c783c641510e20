-- Which of the tables on the search path, large enough for it to matter, have no valid index that begins with project_id,
-- and whether they are partitioned (their size is then that of their partitions).
-- $1 text[]  tables
-- $2 bigint  bytes from which on a table counts
-- Called by queries/server.cpp.
SELECT t.name, c.relkind = 'p' AS partitioned
FROM unnest($1::text[]) WITH ORDINALITY AS t (name, position)
JOIN pg_class AS c ON c.oid = to_regclass(quote_ident(t.name))
WHERE c.relkind IN ('r', 'p', 'm')
  AND coalesce((SELECT sum(pg_relation_size(part.relid)) FROM pg_partition_tree(c.oid) AS part),
               pg_relation_size(c.oid)) >= $2::bigint
  AND NOT EXISTS (
    SELECT 1
    FROM pg_index AS i
    JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL AND a.attname = 'project_id'
  )
ORDER BY t.position
