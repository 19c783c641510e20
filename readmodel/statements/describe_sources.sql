-- The columns of the named tables (or views) as this session's statements find them on the search path: table, column,
-- its type as a person writes it, and its basic type (of a domain the one under it; 'enum' for every enum, '_enum' for
-- an array of one). A table that another schema than $2 hides, or that the session may not see, has no rows.
-- $1 text[]  table names; $2 text  schema of the sources
-- Reads the catalogue only. Called by sources/source_discovery.cpp.
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN element.typtype = 'e' THEN '_enum' WHEN base.typtype = 'e' THEN 'enum' ELSE base.typname END AS basic_type
FROM unnest($1::text[]) AS wanted (name)
JOIN pg_class AS c ON c.oid = to_regclass(quote_ident(wanted.name))
JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = $2
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type AS t ON t.oid = a.atttypid
JOIN pg_type AS base ON base.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
LEFT JOIN pg_type AS element ON element.oid = base.typelem AND base.typcategory = 'A'
