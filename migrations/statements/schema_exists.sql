-- Whether there is a schema named $1. (CREATE SCHEMA IF NOT EXISTS asks for the privilege to create even where it
-- exists.) Index: pg_namespace_nspname_index. Called by: migrator.
SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = $1)
