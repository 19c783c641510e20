-- The next rows of the cursor of open_stored_drilldown.sql. Called by queries/stored_rows.cpp.
FETCH FORWARD 2000 FROM stored_drilldown
