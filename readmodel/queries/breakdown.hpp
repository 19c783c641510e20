// The stored day points of a metric split by a dimension. What a time range shows is made of them by the caller: event
// metrics merge their states, level and rolling ones take the newest day. Spec: contract, "GET /v1/metrics/breakdown".
#pragma once

#include <string>
#include <vector>

#include "contracts/rows.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

// Days that start at or after `from` and before `before`.
struct DayRange {
  Instant from;
  Instant before;
};

// The `days` newest day buckets, that of `as_of` included.
DayRange newest_days(Instant as_of, int days);

struct BreakdownQuery {
  Uuid project_id;
  std::string metric_key;
  std::string dimension;
  DayRange days;
};

struct BreakdownPoint {
  Instant bucket;  // the day's start
  std::string dimension_value;
  PointValue value;
  Instant computed_at;
};

// By day, then by value of the dimension.
std::vector<BreakdownPoint> read_breakdown(Transaction& tx, const BreakdownQuery& query);

}  // namespace tidemark::readmodel
