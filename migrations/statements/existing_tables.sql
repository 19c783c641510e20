-- Which of the tables, views or foreign tables named in $2 (text[]) schema $1 has, by name.
-- Index: pg_class_relname_nsp_index. Called by: migrator, before it makes source tables.
SELECT c.relname
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relname = ANY ($2::text[]) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
ORDER BY c.relname COLLATE "C"
