// Trend rows of whole ISO weeks beside their days, for tests of what is made of days.
#pragma once

#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "compute/merging.hpp"
#include "contracts/rows.hpp"

namespace tidemark::tests {

struct WeekRows {
  std::optional<compute::StoredPoint> week;
  std::vector<compute::StoredPoint> days;  // ascending
};

// By metric, dimension and week; of weeks that end at or before the as-of.
inline auto whole_weeks(const std::vector<TrendRow>& rows, Instant as_of) {
  std::map<std::tuple<std::string, Dimensions, Instant>, WeekRows> weeks;
  for (const auto& row : rows) {
    const bool is_week = row.grain == Grain::week;
    if ((!is_week && row.grain != Grain::day) || iso_week_end(row.bucket) > as_of) continue;
    auto& rows_of = weeks[{row.metric_key, row.dimensions, bucket_start(Grain::week, row.bucket)}];
    const compute::StoredPoint point{row.bucket, row.value.numeric, row.value.json};
    if (is_week)
      rows_of.week = point;
    else
      rows_of.days.push_back(point);
  }
  return weeks;
}

}  // namespace tidemark::tests
