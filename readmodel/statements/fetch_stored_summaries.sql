-- The next rows of the cursor of open_stored_summaries.sql. Called by queries/stored_rows.cpp.
FETCH FORWARD 100 FROM stored_summaries
