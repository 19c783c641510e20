-- What event_log on the search path is, and whether its ids come from one sequence that a watermark can rest on. One row.
-- A sequence is one that the default or the identity of id uses, in the table or any partition. Reads the catalogue only.
-- Called by event_source.cpp.
WITH root AS (
  SELECT to_regclass('event_log')::oid AS relation
), tree AS (
  SELECT r.relation FROM root AS r WHERE r.relation IS NOT NULL
  UNION
  SELECT t.relid::oid FROM root AS r CROSS JOIN LATERAL pg_partition_tree(r.relation) AS t
), numbered AS (  -- tree's columns named id, with the sequences behind them
  SELECT u.relation, d.refobjid AS sequence  -- serial: the default's expression uses the sequence
  FROM tree AS u
  JOIN pg_attribute AS a ON a.attrelid = u.relation AND a.attname = 'id' AND NOT a.attisdropped
  JOIN pg_attrdef AS f ON f.adrelid = a.attrelid AND f.adnum = a.attnum
  JOIN pg_depend AS d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass
  UNION
  SELECT u.relation, d.objid                 -- identity: the sequence is a part of the column
  FROM tree AS u
  JOIN pg_attribute AS a ON a.attrelid = u.relation AND a.attname = 'id' AND NOT a.attisdropped
  JOIN pg_depend AS d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
    AND d.classid = 'pg_class'::regclass AND d.deptype = 'i'
), sequences AS (
  SELECT DISTINCT s.seqrelid, s.seqincrement, s.seqcache, s.seqmin, s.seqcycle, c.relpersistence
  FROM numbered AS n
  JOIN pg_sequence AS s ON s.seqrelid = n.sequence
  JOIN pg_class AS c ON c.oid = s.seqrelid
)
SELECT pg_is_in_recovery() AS in_recovery,
       c.relkind,
       EXISTS (SELECT FROM tree AS u JOIN pg_class AS p ON p.oid = u.relation WHERE p.relpersistence <> 'p')
         OR EXISTS (SELECT FROM sequences AS s WHERE s.relpersistence <> 'p') AS unlogged,
       (SELECT min(p.oid::regclass::text) FROM tree AS u JOIN pg_class AS p ON p.oid = u.relation
        WHERE p.relkind NOT IN ('r', 'p')) AS foreign_member,
       (SELECT min(i.inhrelid::regclass::text) FROM pg_inherits AS i
        WHERE i.inhparent = c.oid AND c.relkind = 'r') AS inheriting_table,
       EXISTS (SELECT FROM tree AS u JOIN pg_subscription_rel AS r ON r.srrelid = u.relation) AS subscribed,
       EXISTS (SELECT FROM pg_index AS i JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
               WHERE i.indrelid = c.oid AND i.indisvalid AND i.indpred IS NULL AND a.attname = 'id') AS indexed,
       (SELECT count(*) FROM sequences) AS sequences,
       s.seqrelid::bigint AS sequence, s.seqrelid::regclass::text AS sequence_name,
       s.seqincrement, s.seqcache, s.seqmin, s.seqcycle, current_setting('transaction_isolation') AS isolation
FROM root AS r
LEFT JOIN pg_class AS c ON c.oid = r.relation
LEFT JOIN LATERAL (
  SELECT q.seqrelid, q.seqincrement, q.seqcache, q.seqmin, q.seqcycle FROM sequences AS q ORDER BY q.seqrelid LIMIT 1
) AS s ON true
