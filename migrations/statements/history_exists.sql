-- Whether the schema that the search path names has a history. Called by: migrator.
SELECT to_regclass('metrics_migration_history') IS NOT NULL
