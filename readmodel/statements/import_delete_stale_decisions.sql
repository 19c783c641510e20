-- Gate decisions of earlier imports that no longer follow from the log, now that more of it is known.
-- Index: gate_decision_pkey. Called by: source_writer, where earlier imports brought any of the tasks' snapshots.
DELETE FROM gate_decision
 USING import_earlier earlier
 WHERE gate_decision.id = earlier.id
   AND NOT EXISTS (SELECT FROM import_decisions staged WHERE staged.id = gate_decision.id)
