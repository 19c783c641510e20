-- How the statements of this transaction are planned: 'auto', or 'force_generic_plan' for those that look up a few rows
-- by lists of ids. Planned for the ids at hand, such a list looks so long that the index of the whole project is read
-- beside that of the ids (measured: 57 ms against .9 ms of a project with 18,604 events).
-- $1 text  plan_cache_mode
-- Called by sources/delivery_reader.cpp.
SELECT set_config('plan_cache_mode', $1::text, true)
