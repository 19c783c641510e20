// The stored points of a metric over a range of time. Spec: contract, "GET /v1/metrics/trends".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contracts/bucket.hpp"
#include "contracts/dimensions.hpp"
#include "contracts/rows.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

inline constexpr std::int64_t kMaxTrendPoints = 10'000;

// The series of a dimension.
struct SeriesFilter {
  std::string dimension;
  std::optional<std::string> value;  // nullopt: one series for each value
};

struct TrendQuery {
  Uuid project_id;
  std::string metric_key;
  Grain grain = Grain::day;
  Instant from;                              // buckets that start at or after it
  Instant before;                            // and before this
  std::vector<SeriesFilter> dimensions;      // several: their series together. Empty: everything, undivided
  std::int64_t limit = kMaxTrendPoints + 1;  // one more than may be answered shows that there are more
};

struct TrendPoint {
  Instant bucket;
  Dimensions dimensions;
  PointValue value;
  Instant computed_at;
};

// By time, then by dimension name and value. Points that are not stored are not filled in.
std::vector<TrendPoint> read_trend(Transaction& tx, const TrendQuery& query);

// Which points may stand for the time before a range.
enum class Earlier { any, defined };

// The newest undivided point that starts before `query.from`; nullopt: there is none.
std::optional<TrendPoint> read_trend_before(Transaction& tx, const TrendQuery& query, Earlier wanted);

}  // namespace tidemark::readmodel
