-- Triggers on the source tables that put each change into metrics_dirty, in the transaction that makes the change: found
-- when it commits, however late that is. Only with `tidemark migrate --install-capture`; docs/adr/0011 has the argument.
-- Requires: readmodel 0007
--
-- Needs the owner of the source tables, and waits for their writers. Views and foreign tables are left to the cursors.
--
-- UPDATE: a row trigger whose condition names the columns that metrics read, so that a heartbeat or a task's new state
-- costs a comparison. The owner cannot drop or retype these columns while it is there: undo, alter, install again.
-- INSERT and DELETE: once a statement, with the rows it changed. Partitioned tables and those that a subscription fills
-- have row triggers for these too: writing to a partition, or replicating, runs no statement trigger. A row of event_log
-- that moves to another partition is one deleted and one inserted, so there a statement trigger also sees UPDATE.
-- TRUNCATE: every project. All fire in replicas' sessions as well (ENABLE ALWAYS).
--
-- The functions run as who installs them, with a path of their own, so the application needs no privilege on Tidemark's
-- tables. Ids that are no UUID and instants that nobody can hold are passed over, never an error in somebody's INSERT.

DO $install$
DECLARE
  own      constant text := quote_ident(current_schema());
  project  constant regclass := to_regclass('project');
  source   record;
  member   regclass;
  changed  text;   -- the condition of an UPDATE
  subject  text;   -- what a dirty row says, of a row r
  by_row   boolean;
  kind     text;
BEGIN
  IF project IS NULL THEN
    RAISE EXCEPTION 'there is no table project to install triggers beside; name its schema with --source-schema';
  END IF;

  EXECUTE format($sql$
    CREATE FUNCTION %1$s.tidemark_capture_truncate() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    BEGIN
      INSERT INTO %1$s.metrics_dirty (project_id, source, source_id, task_id, since, found_at)
      SELECT p.project_id, TG_ARGV[0], '*', NULL, NULL, clock_timestamp()
      FROM (SELECT %1$s.tidemark_uuid(id) AS project_id FROM %2$s) AS p
      WHERE p.project_id IS NOT NULL;
      RETURN NULL;
    END $body$ $sql$, own, (SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class AS c
                            JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE c.oid = project));

  FOR source IN
    SELECT s.name, c.oid::regclass AS relation, c.relkind = 'p' AS partitioned,
           EXISTS (SELECT FROM pg_subscription_rel AS u WHERE u.srrelid = c.oid) AS subscribed,
           -- Of those that exist; optional ones may be missing.
           ARRAY(SELECT a.attname::text FROM pg_attribute AS a
                 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                   AND a.attname = ANY (string_to_array('id project_id ' || s.columns, ' '))
                 ORDER BY a.attnum) AS columns,
           s.tasks, s.since, s.counts
    FROM (VALUES
      -- the columns that metrics read; the tasks it belongs to; the instant from which on it counts; whether it counts
      ('phase', 'name', '{NULL::uuid}'::text[], 'NULL::timestamptz', 'true'),
      ('milestone', 'name planned_start_date planned_completion_date actual_completion_date', '{NULL::uuid}',
       'NULL::timestamptz', 'true'),
      ('gate_rule', 'name scope', '{NULL::uuid}', 'NULL::timestamptz', 'true'),
      ('task', 'phase_id milestone_id short_id title priority task_class capability_tags created_at',
       '{own.tidemark_uuid(r.id)}', 'NULL::timestamptz', 'true'),
      ('event_log', 'entity_type entity_id event_type payload caused_by created_at',
       '{CASE WHEN r.entity_type::text = ''task'' THEN own.tidemark_uuid(r.entity_id) END}', 'r.created_at', 'true'),
      ('dependency_edge', 'from_task_id to_task_id unlock_on created_at',
       '{own.tidemark_uuid(r.from_task_id),own.tidemark_uuid(r.to_task_id)}', 'r.created_at', 'true'),
      ('gate_decision', 'gate_rule_id task_id outcome actor_id created_at', '{own.tidemark_uuid(r.task_id)}',
       'r.created_at', 'true'),
      ('gate_candidate_link', 'gate_task_id candidate_task_id created_at', '{own.tidemark_uuid(r.candidate_task_id)}',
       'r.created_at', 'true'),
      ('integration_attempt', 'task_id result started_at ended_at', '{own.tidemark_uuid(r.task_id)}',
       'least(r.started_at, r.ended_at)', 'r.result::text IS DISTINCT FROM ''queued'''),
      ('artifact', 'task_id check_status created_at', '{own.tidemark_uuid(r.task_id)}', 'r.created_at', 'true'),
      ('lease', 'task_id agent_id created_at', '{own.tidemark_uuid(r.task_id)}', 'r.created_at', 'true'),
      ('plan_change_set', 'status operations applied_at', '{NULL::uuid}', 'r.applied_at',
       'r.status::text = ''applied''')
    ) AS s (name, columns, tasks, since, counts)
    JOIN pg_class AS c ON c.oid = to_regclass(s.name) AND c.relkind IN ('r', 'p')
    ORDER BY s.name
  LOOP
    by_row := source.partitioned OR source.subscribed;
    subject := format(
      'SELECT %1$s.tidemark_uuid(r.project_id), %2$L, coalesce(r.id::text, ''''), t.task_id,
              %1$s.tidemark_instant(%3$s), clock_timestamp()
       FROM rows_changed AS r CROSS JOIN LATERAL (VALUES (%4$s)) AS t (task_id)
       WHERE %1$s.tidemark_uuid(r.project_id) IS NOT NULL',
      own, source.name, source.since, replace(array_to_string(source.tasks, '), ('), 'own.', own || '.'));

    -- The rows of a statement.
    EXECUTE format($sql$
      CREATE FUNCTION %1$s.%2$I() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
      BEGIN
        INSERT INTO %1$s.metrics_dirty (project_id, source, source_id, task_id, since, found_at)
        %3$s AND %4$s;
        RETURN NULL;
      END $body$ $sql$, own, 'tidemark_capture_' || source.name || '_rows', subject, source.counts);

    -- A row before and after: what either belongs to, from the earlier instant on; unknown where one that counts has none.
    EXECUTE format($sql$
      CREATE FUNCTION %1$s.%2$I() RETURNS trigger
      LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
      BEGIN
        INSERT INTO %1$s.metrics_dirty (project_id, source, source_id, task_id, since, found_at)
        SELECT w.project_id, %3$L, coalesce(NEW.id::text, OLD.id::text, ''), w.task_id,
               nullif(least(%4$s), '-infinity'), clock_timestamp()
        FROM (SELECT DISTINCT v.project_id, v.task_id FROM (VALUES %5$s) AS v (project_id, task_id)) AS w
        WHERE w.project_id IS NOT NULL;
        RETURN NULL;
      END $body$ $sql$, own, 'tidemark_capture_' || source.name || '_row', source.name,
      (SELECT string_agg(regexp_replace(
                format('CASE WHEN TG_OP <> %L AND %s THEN coalesce(%s.tidemark_instant(%s), ''-infinity'') END', absent_in,
                       source.counts, own, source.since), '\mr\.', version || '.', 'g'), ', ')
       FROM (VALUES ('OLD', 'INSERT'), ('NEW', 'DELETE')) AS v (version, absent_in)),
      (SELECT string_agg(format('(%s.tidemark_uuid(%s.project_id), %s)', own, version,
                                regexp_replace(replace(task, 'own.', own || '.'), '\mr\.', version || '.', 'g')), ', ')
       FROM unnest(source.tasks) AS task CROSS JOIN unnest(ARRAY['OLD', 'NEW']) AS version));

    -- Compared byte by byte, whatever the types: json has no equality, and a collation may take different texts for one.
    changed := format('record_image_ne(ROW(%s), ROW(%s))',
      (SELECT string_agg(format('OLD.%I', name), ', ') FROM unnest(source.columns) AS name),
      (SELECT string_agg(format('NEW.%I', name), ', ') FROM unnest(source.columns) AS name));
    IF source.counts <> 'true' THEN
      changed := format('(%s OR %s) AND %s', regexp_replace(source.counts, '\mr\.', 'OLD.', 'g'),
                        regexp_replace(source.counts, '\mr\.', 'NEW.', 'g'), changed);
    END IF;
    EXECUTE format(
      'CREATE TRIGGER tidemark_capture_update AFTER UPDATE ON %s FOR EACH ROW WHEN (%s) EXECUTE FUNCTION %s.%I()',
      source.relation, changed, own, 'tidemark_capture_' || source.name || '_row');

    -- New events are found by the watermark.
    FOREACH kind IN ARRAY CASE source.name WHEN 'event_log' THEN ARRAY['DELETE'] ELSE ARRAY['INSERT', 'DELETE'] END LOOP
      IF by_row THEN
        EXECUTE format(
          'CREATE TRIGGER tidemark_capture_%s AFTER %s ON %s FOR EACH ROW WHEN (%s) EXECUTE FUNCTION %s.%I()',
          lower(kind), kind, source.relation,
          regexp_replace(source.counts, '\mr\.', CASE kind WHEN 'INSERT' THEN 'NEW.' ELSE 'OLD.' END, 'g'), own,
          'tidemark_capture_' || source.name || '_row');
      ELSE
        EXECUTE format(
          'CREATE TRIGGER tidemark_capture_%s AFTER %s ON %s REFERENCING %s TABLE AS rows_changed
             FOR EACH STATEMENT EXECUTE FUNCTION %s.%I()',
          lower(kind), kind, source.relation, CASE kind WHEN 'INSERT' THEN 'NEW' ELSE 'OLD' END, own,
          'tidemark_capture_' || source.name || '_rows');
      END IF;
    END LOOP;
    IF source.name = 'event_log' AND source.partitioned THEN
      EXECUTE format($sql$
        CREATE TRIGGER tidemark_capture_moved AFTER UPDATE ON %1$s REFERENCING NEW TABLE AS rows_changed
          FOR EACH STATEMENT EXECUTE FUNCTION %2$s.tidemark_capture_event_log_rows() $sql$, source.relation, own);
      EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER tidemark_capture_moved', source.relation);
    END IF;

    FOR member IN
      SELECT source.relation UNION SELECT p.relid FROM pg_partition_tree(source.relation) AS p
    LOOP
      EXECUTE format(
        'CREATE TRIGGER tidemark_capture_truncate AFTER TRUNCATE ON %s FOR EACH STATEMENT
           EXECUTE FUNCTION %s.tidemark_capture_truncate(%L)', member, own, source.name);
      EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER tidemark_capture_truncate', member);
    END LOOP;
    FOREACH kind IN ARRAY CASE source.name WHEN 'event_log' THEN ARRAY['update', 'delete']
                                           ELSE ARRAY['insert', 'update', 'delete'] END LOOP
      EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER tidemark_capture_%s', source.relation, kind);
    END LOOP;
    EXECUTE format('REVOKE ALL ON FUNCTION %1$s.%2$I(), %1$s.%3$I() FROM PUBLIC', own,
                   'tidemark_capture_' || source.name || '_row', 'tidemark_capture_' || source.name || '_rows');

    DELETE FROM metrics_change_cursor AS c WHERE c.source = source.name;
    DELETE FROM metrics_change_seen AS c WHERE c.source = source.name;
    DELETE FROM metrics_source_count AS c WHERE c.source = source.name;
  END LOOP;
  EXECUTE format('REVOKE ALL ON FUNCTION %s.tidemark_capture_truncate() FROM PUBLIC', own);
END $install$;

-- What the cursors have not found yet, or never would have, is found now: everything is exact from here on.
INSERT INTO metrics_dirty (project_id, source, source_id, task_id, since, found_at)
SELECT p.project_id, 'project', '*', NULL, NULL, now()
FROM (SELECT tidemark_uuid(id) AS project_id FROM project) AS p
WHERE p.project_id IS NOT NULL;
