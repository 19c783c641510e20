-- Lets the discoveries of changes take turns, so that none reports what the one before it has, and has every statement
-- of this transaction planned for its own instants: a plan made when a table was small could read all of it later. The
-- lock only saves work, correctness does not rest on it.
-- Locks: an advisory one of the transaction. Called by change_discovery.cpp.
SELECT set_config('plan_cache_mode', 'force_custom_plan', true) AS mode,
       pg_advisory_xact_lock(hashtextextended('tidemark changes', 0)) AS turn
