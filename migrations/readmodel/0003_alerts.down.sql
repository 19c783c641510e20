-- Drops the alerts with their history. What still holds is found again by the next run of the alerts job; since when,
-- and who acknowledged it, is not.

DROP TABLE metrics_alert;
