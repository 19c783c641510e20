// How long rows are kept. Spec: jobs, "Compaction".
#pragma once

namespace tidemark {

// The days for which rows stand at full granularity before compaction takes them; week and month rows stay for ever.
// The defaults are the strategy's, and the one place where they are written.
// Units: days before the as-of.
struct RetentionDays {
  int trend = 90;
  int breakdown = 90;
  int drilldown = 30;
  friend bool operator==(const RetentionDays&, const RetentionDays&) = default;
};

}  // namespace tidemark
