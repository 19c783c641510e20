-- Notes that migration $2 (version) $3 (name) of set $1, with checksum $4, was applied to schema $5 at $6 (timestamptz)
-- in $7 microseconds. Called by: migrator, in the transaction that ran it.
INSERT INTO metrics_migration_history
  (migration_set, version, name, checksum, target_schema, applied_at, applied_by, duration)
VALUES ($1, $2, $3, $4, $5, $6, session_user, $7 * interval '1 microsecond')
