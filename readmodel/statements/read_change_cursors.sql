-- Where the cursors of mutable sources stand, and what is to be read again: `low`, the beginning of the overlap before
-- the newest instant reported up to now (before the last reading of the whole overlap where that was earlier);
-- `recent` and `ahead`, the instants up to which the newest $4 reported rows reach back from now, and from the future
-- (NULL: there are fewer). A source without a cursor has NULL in place of its times.
-- $1 text[]  sources; $2 timestamptz  now; $3 interval  the overlap; $4 bigint  rows
-- Index: primary keys. Called by change_discovery.cpp.
SELECT w.source, c.moved_at, c.swept_at, c.counted_at, c.activity, reach.low, recent.instant AS recent,
       ahead.instant AS ahead
FROM unnest($1::text[]) WITH ORDINALITY AS w (source, position)
LEFT JOIN metrics_change_cursor AS c ON c.source = w.source
LEFT JOIN LATERAL (
  SELECT s.instant
  FROM metrics_change_seen AS s
  WHERE s.source = w.source AND s.instant <= $2::timestamptz
  ORDER BY s.instant DESC
  LIMIT 1
) AS newest ON true
CROSS JOIN LATERAL (
  SELECT least(coalesce(newest.instant, c.started_at, $2::timestamptz), c.swept_at) - $3::interval AS low
) AS reach
LEFT JOIN LATERAL (
  SELECT s.instant
  FROM metrics_change_seen AS s
  WHERE s.source = w.source AND s.instant > reach.low AND s.instant <= $2::timestamptz
  ORDER BY s.instant DESC
  OFFSET $4::bigint - 1
  LIMIT 1
) AS recent ON true
LEFT JOIN LATERAL (
  SELECT s.instant
  FROM metrics_change_seen AS s
  WHERE s.source = w.source AND s.instant > $2::timestamptz
  ORDER BY s.instant DESC
  OFFSET $4::bigint - 1
  LIMIT 1
) AS ahead ON true
ORDER BY w.position
