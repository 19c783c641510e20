// The answer to GET /v1/metrics/breakdown. Spec: contract v1.0.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/catalogue.hpp"
#include "jobs/views/answer.hpp"
#include "readmodel/queries/breakdown.hpp"
#include "readmodel/queries/trend.hpp"

namespace tidemark::views {

// The days that a breakdown covers: the newest `days` day buckets, the as-of's included.
struct BreakdownRange {
  std::string_view name;  // 24h, 7d, 30d, 90d
  int days;
};
inline constexpr BreakdownRange kBreakdownRanges[]{{"24h", 1}, {"7d", 7}, {"30d", 30}, {"90d", 90}};

// Day buckets that begin at `from` or later and before `to`.
struct DayWindow {
  Instant from;
  Instant to;
  bool holds(Instant bucket) const { return from <= bucket && bucket < to; }
};
DayWindow current_window(const BreakdownRange& range, Instant as_of);
// nullopt: breakdown rows that old are past their retention, so there is nothing to compare with.
std::optional<DayWindow> previous_window(const BreakdownRange& range, Instant as_of);

struct BreakdownAnswer {
  const Metric* metric = nullptr;
  const BreakdownDimension* dimension = nullptr;
  Uuid project_id;
  BreakdownRange range;
  Instant as_of;
  std::optional<std::string> only;                // the one value to show; nullopt: all
  std::vector<readmodel::BreakdownPoint> points;  // the dimension's days of both windows
  std::vector<readmodel::TrendPoint> totals;      // the metric's undivided days of the current window
};

// By value descending, then dimension_value. `value` is absent where it is undefined, and marked `approximate` where it
// is within 1 % only (merged sketches).
// Errors: tidemark::Error of kind contract where a stored state cannot be merged.
Json breakdown_view(const BreakdownAnswer& answer);

}  // namespace tidemark::views
