-- What a migrating session is called in pg_stat_activity, and that notices of the server stay out of the output.
-- Called by: connection, once per connection.
SELECT set_config('application_name', 'tidemark migrate', false), set_config('client_min_messages', 'warning', false),
  set_config('client_encoding', 'UTF8', false), set_config('TimeZone', 'UTC', false)
