-- The history of migrations: what the migrator itself needs before the first one. One row per applied migration; an
-- undone one has no row. Called by: migrator, under its lock, where history_exists says no.
CREATE TABLE metrics_migration_history (
  migration_set text COLLATE "C" NOT NULL,
  version       integer          NOT NULL,
  name          text             NOT NULL,
  checksum      text             NOT NULL,  -- SHA-256 of NNNN_name.up.sql, hex
  target_schema text             NOT NULL,  -- where its objects were made
  applied_at    timestamptz      NOT NULL,
  applied_by    text             NOT NULL,  -- the database user
  duration      interval         NOT NULL,  -- of its SQL, without the commit
  CONSTRAINT metrics_migration_history_pkey PRIMARY KEY (migration_set, version)
)
