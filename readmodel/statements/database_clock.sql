-- The server's wall clock, as microseconds since 1970. Reads no table. Called once per run (jobs).
SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint
