-- Which privileges this session's role lacks: USAGE of the schemas, and each of $3 on each table of $2 that exists on the
-- search path. Reads the catalogue only.
-- $1 text[]  schemas
-- $2 text[]  tables
-- $3 text[]  table privileges (SELECT, INSERT, UPDATE, DELETE)
-- Called by queries/server.cpp.
SELECT 'USAGE' AS privilege, 'SCHEMA ' || quote_ident(n.nspname) AS object
FROM pg_namespace AS n
WHERE n.nspname = ANY ($1::text[]) AND NOT has_schema_privilege(n.oid, 'USAGE')
UNION ALL
SELECT wanted.privilege, wanted.name
FROM (
  SELECT p.privilege, t.name, to_regclass(quote_ident(t.name)) AS found
  FROM unnest($2::text[]) AS t (name) CROSS JOIN unnest($3::text[]) AS p (privilege)
) AS wanted
WHERE wanted.found IS NOT NULL AND NOT has_table_privilege(wanted.found, wanted.privilege)
ORDER BY 2, 1
