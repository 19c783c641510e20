-- The server as this session sees it: versions, names, sizes and the server's clock (what it is compared with is read
-- by the caller at the same time).
-- Called by queries/server.cpp.
SELECT current_setting('server_version') AS version, current_database()::text AS database, current_user::text AS username,
       clock_timestamp() AS clock, pg_database_size(current_database()) AS bytes
