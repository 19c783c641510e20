-- Holds back other imports of the same log until this transaction ends. Reads and other writers are not held back.
-- $1 the log's name
-- Locks: a transaction-level advisory lock. Called by: source_writer.
SELECT pg_advisory_xact_lock(hashtextextended('tidemark import ' || $1, 0))
