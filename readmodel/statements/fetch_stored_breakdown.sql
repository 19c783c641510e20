-- The next rows of the cursor of open_stored_breakdown.sql. Called by queries/stored_rows.cpp.
FETCH FORWARD 2000 FROM stored_breakdown
