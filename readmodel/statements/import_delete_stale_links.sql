-- Submissions to the gate of earlier imports that no longer follow from the log, now that more of it is known.
-- Index: gate_candidate_link_pkey. Called by: source_writer, where earlier imports brought any of the tasks' snapshots.
DELETE FROM gate_candidate_link
 USING import_earlier earlier
 WHERE gate_candidate_link.id = earlier.id
   AND NOT EXISTS (SELECT FROM import_links staged WHERE staged.id = gate_candidate_link.id)
