// A page of the entities behind a metric, with what all that match come to. Spec: contract, "GET
// /v1/metrics/drilldown".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contracts/time.hpp"
#include "contracts/uuid.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

enum class DrilldownSort { value, timestamp, task_id };
enum class SortOrder { ascending, descending };

// nullopt: any. Phase to task class are compared with the payload's context, the times with its timestamp.
struct DrilldownFilters {
  std::optional<std::string> phase;
  std::optional<std::string> milestone;
  std::optional<std::string> assignee;
  std::optional<std::string> state;
  std::optional<std::string> task_class;
  std::optional<std::string> entity_type;
  std::optional<Instant> from;    // inclusive
  std::optional<Instant> before;  // exclusive
};

struct DrilldownQuery {
  Uuid project_id;
  std::string metric_key;
  DrilldownFilters filters;
  DrilldownSort sort_by = DrilldownSort::value;
  SortOrder order = SortOrder::descending;
  std::int64_t limit = 50;
  std::int64_t offset = 0;
};

struct DrilldownItem {
  std::string entity_type;
  std::optional<Uuid> entity_id;
  std::optional<std::string> reference_id;
  std::optional<Instant> bucket;  // nullopt: the current state
  std::string payload;            // JSON as stored
  Instant computed_at;
};

// Of all values that match, in the metric's unit.
struct DrilldownAggregates {
  double sum = 0;
  double avg = 0;
  double min = 0;
  double max = 0;
  double p50 = 0;  // linear interpolation
  double p90 = 0;
  double p95 = 0;
};

struct DrilldownPage {
  std::vector<DrilldownItem> items;
  std::int64_t total = 0;                         // all that match
  std::optional<DrilldownAggregates> aggregates;  // nullopt: nothing matches
};

// Requires: limit and offset are not negative. For page and totals of one instant `tx` must be repeatable read.
DrilldownPage read_drilldown(Transaction& tx, const DrilldownQuery& query);

}  // namespace tidemark::readmodel
