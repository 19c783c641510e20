-- (b) The transactions that may have drawn an id of the event log and have not ended: nextval takes RowExclusiveLock on
-- the sequence before it draws and keeps it to the end of the top transaction. With the server's start time, in each row;
-- one row with a NULL where there are none. pg_locks is readable by everybody.
-- $1 oid (as bigint)  the sequence behind event_log.id
-- Called by watermark.cpp.
SELECT w.server_start, l.holder
FROM (SELECT pg_postmaster_start_time() AS server_start) AS w
LEFT JOIN (
  SELECT DISTINCT k.virtualtransaction COLLATE "C" AS holder
  FROM pg_locks AS k
  WHERE k.locktype = 'relation' AND k.mode = 'RowExclusiveLock' AND k.granted
    AND k.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
    AND k.relation IN (
      SELECT $1::bigint::oid
      UNION ALL SELECT 'event_log'::regclass::oid
      UNION ALL SELECT t.relid::oid FROM pg_partition_tree('event_log'::regclass) AS t)
) AS l ON true
ORDER BY l.holder
