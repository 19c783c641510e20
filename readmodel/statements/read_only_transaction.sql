-- Makes the transaction that it runs in read-only: whatever would write fails from here on.
-- Called by queries/stored_rows.cpp.
SELECT set_config('transaction_read_only', 'on', true)
