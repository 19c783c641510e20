-- Leases of earlier imports that no longer follow from the log, now that more of it is known.
-- Index: lease_pkey. Called by: source_writer, where earlier imports brought any of the tasks' snapshots.
DELETE FROM lease
 USING import_earlier earlier
 WHERE lease.id = earlier.id
   AND NOT EXISTS (SELECT FROM import_leases staged WHERE staged.id = lease.id)
