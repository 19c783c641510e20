// Buckets that have no row of their own: what a chart or a table reads there.
// Spec: contract v1.0, "GET /v1/metrics/trends" (`fill`); delivery metrics, section 2 ("the read side carries the last
// value forward").
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "contracts/catalogue.hpp"
#include "readmodel/queries/trend.hpp"

namespace tidemark::views {

// What is asked for in buckets without a value. none: they are left out.
enum class Fill { none, null, zero, previous };

// Errors: tidemark::Error of kind usage, with the allowed values.
Fill require_fill(std::string_view name);

struct SeriesPoint {
  readmodel::TrendPoint point;
  bool filled = false;  // no row of its own stands behind it
};

// The stored points of a range and what is known of the time around them.
struct StoredSeries {
  const Metric* metric = nullptr;
  Grain grain = Grain::day;
  Instant from;    // the range, as in TrendQuery
  Instant before;  // never past the bucket of the as-of: what has not happened yet is not filled
  std::vector<readmodel::TrendPoint> points;     // by time, then by dimensions
  std::optional<readmodel::TrendPoint> earlier;  // undivided series: the newest point before the range
  std::optional<readmodel::TrendPoint> defined;  // the same, of those with a value
};

// The points that are answered, by time, then by dimensions; without a value only where `fill` is null.
// - An undivided level holds until its next row: sparse hours are filled with the value that held, whatever `fill`
// says.
// - null and zero give every bucket of every series a point; previous gives it the last value before it.
// - A series begins with the range where something stood before it, else with the first stored bucket of the answer
//   (null, zero) or its own first value (previous): nothing is made up for a time before the project.
// Errors: tidemark::Error of kind usage where that would be more than kMaxTrendPoints.
std::vector<SeriesPoint> fill_series(const StoredSeries& stored, Fill fill);

}  // namespace tidemark::views
