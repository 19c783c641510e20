-- Makes unqualified names of this transaction mean: $1, then $2 (schema names; equal ones do no harm).
-- Called by: migrator, before anything that names a table.
SELECT set_config('search_path', quote_ident($1) || ', ' || quote_ident($2), true)
