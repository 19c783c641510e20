-- Integration attempts of earlier imports that no longer follow from the log, now that more of it is known.
-- Index: integration_attempt_pkey. Called by: source_writer, where earlier imports brought any of the tasks' snapshots.
DELETE FROM integration_attempt
 USING import_earlier earlier
 WHERE integration_attempt.id = earlier.id
   AND NOT EXISTS (SELECT FROM import_attempts staged WHERE staged.id = integration_attempt.id)
