-- The summaries of a project that are past a policy, and what they take: their columns as they are stored, and 76 bytes
-- of header and columns of fixed length.
-- $1 uuid  project; $2 timestamptz  those before it go (NULL: none); $3 timestamptz  of those before it the last of each
-- UTC day and scope stay (NULL: all)
-- Returns: gone, their bytes, examined for thinning, thinned, their bytes.
-- Index: the natural key. Called by compaction.cpp.
SELECT count(*) FILTER (WHERE o.expired),
       coalesce(sum(o.bytes) FILTER (WHERE o.expired), 0),
       count(*) FILTER (WHERE NOT o.expired),
       count(*) FILTER (WHERE NOT o.expired AND o.followed),
       coalesce(sum(o.bytes) FILTER (WHERE NOT o.expired AND o.followed), 0)
FROM (
  SELECT coalesce(s.captured_at < $2, false) AS expired,
         76 + pg_column_size(s.version) + pg_column_size(s.scope) + pg_column_size(s.payload) AS bytes,
         EXISTS (SELECT 1
                 FROM metrics_summary AS later
                 WHERE later.project_id = $1
                   AND later.captured_at > s.captured_at
                   AND later.captured_at < date_trunc('day', s.captured_at, 'UTC') + interval '1 day'
                   AND later.scope = s.scope) AS followed
  FROM metrics_summary AS s
  WHERE s.project_id = $1 AND s.captured_at < greatest($2::timestamptz, $3::timestamptz)
) AS o
