-- The applied migrations in order; applied_at as ISO text in UTC, the duration in microseconds.
-- Index: primary key. Called by: migrator.
SELECT migration_set, version, name, checksum, target_schema,
  to_char(applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS applied_at,
  applied_by, round(extract(epoch FROM duration) * 1000000)::bigint AS duration_us
FROM metrics_migration_history
ORDER BY migration_set, version
