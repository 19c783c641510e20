// A week from its days: what compaction verifies before it deletes the days, and what it writes where the week has no
// row yet. Spec: jobs, "Compaction"; storage, "value_numeric and value_json".
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "contracts/catalogue.hpp"
#include "contracts/rows.hpp"
#include "contracts/time.hpp"

namespace tidemark::compute {

// A stored point of one metric, grain and dimension value. `json` as PostgreSQL prints it.
struct StoredPoint {
  Instant bucket;
  std::optional<double> numeric;
  std::string json;
};

// The point of the week from its days. Event metrics: of the merged states, the same as from the sources where the
// merged state is exact; else percentiles are those of the sketch, marked `approximate`, and the median has no
// interval. The level at the week's end (queue_length, completed_before, open_queue) is that of its last day, absent
// where that has no row. Level and rolling metrics: the last day's point. nullopt where there is nothing to make it
// from (no days; of a level or rolling metric no last day), or where a day's state cannot be merged: week_difference()
// says why. Requires: `days` ascending, all of one dimension value (`dimension_name` empty: without dimensions) and of
// the ISO week that begins at `week`, none of them partial.
std::optional<PointValue> merge_points(const tidemark::Metric& metric, std::string_view dimension_name,
                                       std::span<const StoredPoint> days, Instant week);

// Why the week is not what its days say, in one line; empty: it is. Event metrics: the whole state must be the merged
// states of the days, and value_numeric and every member of value_json what that state and the last day give (within
// the sketch's bound where that is a percentile of a sketch). Level and rolling metrics: the row must be the last
// day's. A state that cannot be read (of another version, or none) is such a reason. `week` nullopt: there is no row of
// the week, as it must be where merge_points() has nothing to make it from.
std::string week_difference(const tidemark::Metric& metric, std::string_view dimension_name,
                            const std::optional<StoredPoint>& week, std::span<const StoredPoint> days,
                            Instant week_start);

}  // namespace tidemark::compute
