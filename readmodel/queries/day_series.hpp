// The newest day points of many metrics at once: what alerts are judged by. Spec: jobs, "Alerts, forecast, health".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "readmodel/session.hpp"

namespace tidemark::readmodel {

struct DaySeriesQuery {
  Uuid project_id;
  std::vector<std::string> metric_keys;
  std::vector<std::string> fields;  // for each metric, a member of value_json; empty: value_numeric
  Instant at;                       // buckets that start at or before it
  int points = 30;                  // of each metric, at most
};

struct DaySeriesPoint {
  std::string metric_key;
  Instant bucket;
  bool partial;
  std::optional<double> value;        // value_numeric
  std::optional<double> field_value;  // nullopt: the member is absent or no number
};

// In the order of the metrics asked for, each newest first. Whole-project points only.
std::vector<DaySeriesPoint> read_day_series(Transaction& tx, const DaySeriesQuery& query);

}  // namespace tidemark::readmodel
