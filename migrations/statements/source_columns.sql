-- The columns of the tables named in $2 (text[]) in schema $1: table, column, its type as a person writes it, and its
-- basic type (of a domain the one under it; 'enum' for every enum, '_enum' for an array of one), by table and position.
-- A table that is not there has no rows. Index: pg_class_relname_nsp_index. Called by: source_check.
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type,
  CASE WHEN element.typtype = 'e' THEN '_enum' WHEN base.typtype = 'e' THEN 'enum' ELSE base.typname END AS basic_type
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_type base ON base.oid = CASE t.typtype WHEN 'd' THEN t.typbasetype ELSE t.oid END
LEFT JOIN pg_type element ON element.oid = base.typelem AND base.typcategory = 'A'
WHERE n.nspname = $1 AND c.relname = ANY ($2::text[]) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
ORDER BY c.relname COLLATE "C", a.attnum
