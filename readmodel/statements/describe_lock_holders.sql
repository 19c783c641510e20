-- Who the transactions of a cursor are, as far as this role may see: the process and its application, or the prepared
-- transaction; when it began (a session's only with pg_read_all_stats, or where it is this role's own).
-- $1 text[]  virtual transactions as in pg_locks
-- Called by queries/watermark.cpp.
WITH locks AS MATERIALIZED (
  SELECT k.virtualtransaction AS holder, max(k.pid) AS pid,
         -- a transaction locks its own ids, subtransactions' included, exclusively
         array_agg(k.transactionid) FILTER (WHERE k.locktype = 'transactionid' AND k.mode = 'ExclusiveLock') AS xids
  FROM pg_locks AS k
  WHERE k.granted AND k.virtualtransaction = ANY ($1::text[])
  GROUP BY k.virtualtransaction
)
SELECT h.holder, l.pid, a.application_name, p.gid, coalesce(p.prepared, a.xact_start) AS started
FROM unnest($1::text[]) WITH ORDINALITY AS h (holder, position)
LEFT JOIN locks AS l ON l.holder = h.holder
LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid
LEFT JOIN pg_prepared_xacts AS p ON l.pid IS NULL AND p.transaction = ANY (l.xids)
ORDER BY h.position
