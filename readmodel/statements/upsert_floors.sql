-- Adds the floors of metrics that have none, and moves those that differ. A floor only moves forward: one that lies
-- before the stored one is left where it is. NULL (all rows stand) lies before every other.
-- $1 uuid           project
-- $2 text[]         metrics
-- $3..$6 timestamptz[]  trend by hour, day, week, month; $7 timestamptz[]  breakdown; $8 timestamptz[]  drilldown
-- $9 text[]         left weeks, each an array of timestamptz as text
-- Locks: the rows. Index: primary key. Called by floor_store.cpp.
INSERT INTO metrics_compaction_floor AS f
  (project_id, metric_key, trend_hour, trend_day, trend_week, trend_month, breakdown, drilldown, left_weeks)
SELECT $1::uuid, s.metric_key, s.trend_hour, s.trend_day, s.trend_week, s.trend_month, s.breakdown, s.drilldown,
       s.left_weeks::timestamptz[]
FROM unnest($2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[],
            $8::timestamptz[], $9::text[])
  AS s (metric_key, trend_hour, trend_day, trend_week, trend_month, breakdown, drilldown, left_weeks)
ORDER BY s.metric_key
ON CONFLICT (project_id, metric_key) DO UPDATE
SET trend_hour = greatest(f.trend_hour, excluded.trend_hour),
    trend_day = greatest(f.trend_day, excluded.trend_day),
    trend_week = greatest(f.trend_week, excluded.trend_week),
    trend_month = greatest(f.trend_month, excluded.trend_month),
    breakdown = greatest(f.breakdown, excluded.breakdown),
    drilldown = greatest(f.drilldown, excluded.drilldown),
    left_weeks = excluded.left_weeks
WHERE (f.trend_hour, f.trend_day, f.trend_week, f.trend_month, f.breakdown, f.drilldown, f.left_weeks)
      IS DISTINCT FROM
      (greatest(f.trend_hour, excluded.trend_hour), greatest(f.trend_day, excluded.trend_day),
       greatest(f.trend_week, excluded.trend_week), greatest(f.trend_month, excluded.trend_month),
       greatest(f.breakdown, excluded.breakdown), greatest(f.drilldown, excluded.drilldown), excluded.left_weeks)
