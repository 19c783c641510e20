-- The named tables of the sources as the discovery of changes sees them: which operations capture triggers report
-- (pg_trigger.tgtype: 4 INSERT, 8 DELETE, 16 UPDATE, 32 TRUNCATE; a switched-off trigger reports none), whether an
-- instant in it is of a type that cannot be compared, its size, and a number that differs after any row was inserted,
-- updated or deleted, a truncation or a restart: the statistics of the table and its partitions, by their files. A view
-- has neither size nor number.
-- $1 text[]  tables; $2 text  schema of the sources; $3 text  Tidemark's schema
-- Reads the catalogue only. Called by change_sources.cpp.
SELECT t.name, captured.operations, odd.instants, size.bytes, size.activity
FROM unnest($1::text[]) WITH ORDINALITY AS t (name, position)
JOIN pg_class AS c ON c.oid = to_regclass(quote_ident(t.name))
JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = $2::text
CROSS JOIN LATERAL (
  SELECT coalesce(bit_or(g.tgtype::integer), 0) AS operations
  FROM pg_trigger AS g
  JOIN pg_proc AS f ON f.oid = g.tgfoid AND f.proname LIKE 'tidemark\_capture\_%'
  JOIN pg_namespace AS own ON own.oid = f.pronamespace AND own.nspname = $3::text
  WHERE g.tgrelid = c.oid AND g.tgenabled IN ('O', 'A')
) AS captured
CROSS JOIN LATERAL (
  SELECT string_agg(a.attname, ', ' ORDER BY a.attname) AS instants
  FROM pg_attribute AS a
  JOIN pg_type AS y ON y.oid = a.atttypid
  WHERE a.attrelid = c.oid AND a.attname IN ('created_at', 'updated_at') AND NOT a.attisdropped
    AND coalesce(nullif(y.typbasetype, 0), y.oid) NOT IN ('timestamptz'::regtype, 'timestamp'::regtype)
) AS odd
CROSS JOIN LATERAL (
  SELECT sum(pg_relation_size(m.relation))::bigint AS bytes,
         sum(pg_stat_get_tuples_inserted(m.relation) + pg_stat_get_tuples_updated(m.relation)
             + pg_stat_get_tuples_deleted(m.relation) + pg_relation_filenode(m.relation)::bigint)::bigint AS activity
  FROM (
    SELECT c.oid AS relation WHERE c.relkind = 'r'
    UNION ALL
    SELECT p.relid::oid FROM pg_partition_tree(c.oid) AS p WHERE p.isleaf AND c.relkind = 'p'
  ) AS m
) AS size
ORDER BY t.position
