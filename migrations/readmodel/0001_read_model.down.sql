-- Drops the four tables with every computed row. The sources are untouched, so `tidemark run refresh --full` makes them
-- anew as far as the sources reach back.

DROP TABLE metrics_drilldown, metrics_breakdown_point, metrics_trend_point, metrics_summary;
DROP TYPE metrics_time_grain;
