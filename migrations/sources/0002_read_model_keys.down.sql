-- Takes the foreign keys off the four read-model tables; no row is lost.

ALTER TABLE metrics_drilldown DROP CONSTRAINT metrics_drilldown_project;
ALTER TABLE metrics_breakdown_point DROP CONSTRAINT metrics_breakdown_point_project;
ALTER TABLE metrics_trend_point DROP CONSTRAINT metrics_trend_point_project;
ALTER TABLE metrics_summary DROP CONSTRAINT metrics_summary_project;
