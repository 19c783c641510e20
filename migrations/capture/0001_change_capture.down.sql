-- Takes the triggers away. From this moment on the cursors find changes again, beginning now. Waits for the writers of the
-- source tables.

INSERT INTO metrics_change_cursor (source, started_at, moved_at, swept_at)
SELECT DISTINCT substr(f.proname, length('tidemark_capture_') + 1, length(f.proname) - length('tidemark_capture__row')),
       now(), now(), now()
FROM pg_proc AS f
WHERE f.pronamespace = quote_ident(current_schema())::regnamespace AND f.proname LIKE 'tidemark\_capture\_%\_row'
  AND f.proname <> 'tidemark_capture_event_log_row'
ON CONFLICT (source) DO NOTHING;

DO $remove$
DECLARE
  capture regprocedure;
BEGIN
  FOR capture IN
    SELECT f.oid FROM pg_proc AS f
    WHERE f.pronamespace = quote_ident(current_schema())::regnamespace AND f.proname LIKE 'tidemark\_capture\_%'
  LOOP
    EXECUTE format('DROP FUNCTION %s CASCADE', capture);  -- with its triggers, wherever their tables are
  END LOOP;
END $remove$;
