-- (a) The largest visible id of the event log, NULL where there is none.
-- Index: event_log (id). Called by watermark.cpp.
SELECT max(e.id)::bigint AS newest
FROM event_log AS e
