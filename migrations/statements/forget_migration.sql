-- Notes that version $2 of set $1 was undone. Index: primary key. Called by: migrator, in the transaction that undid it.
DELETE FROM metrics_migration_history WHERE migration_set = $1 AND version = $2
