-- Waits until no other process migrates this database; released at the end of the transaction, so that it also works
-- behind a transaction pooler. The key is the text 'tidemark' read as a bigint.
-- Locks: one advisory lock. Called by: migrator, before it reads the history that it acts on.
SELECT pg_advisory_xact_lock(x'746964656d61726b'::bigint)
