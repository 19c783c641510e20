-- Which of the named source tables (or views) exist on the search_path.
-- $1 text[]  table names
-- Reads the catalogue only. Called by sources/delivery_reader.cpp, once per session.
SELECT wanted.name
FROM unnest($1::text[]) AS wanted (name)
WHERE to_regclass(quote_ident(wanted.name)) IS NOT NULL
