// The newest summary at or before an instant. Spec: contract, "GET /v1/metrics/summary".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contracts/dimensions.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

struct SummaryQuery {
  Uuid project_id;
  Instant at;        // inclusive
  Dimensions scope;  // all, or {milestone: name}
};

struct Summary {
  Instant captured_at;
  Instant created_at;
  std::string version;
  std::string payload;  // the JSON object `metrics` of the contract
};

// nullopt: there is no summary so early.
std::optional<Summary> find_summary(Transaction& tx, const SummaryQuery& query);

struct MilestoneSummary {
  Instant captured_at;
  std::string milestone;
  std::string payload;
};

// Of the newest slot in [from, at] that recorded milestones (a day's first), by name; empty where none did.
std::vector<MilestoneSummary> find_milestone_summaries(Transaction& tx, const Uuid& project_id, Instant at,
                                                       Instant from);

}  // namespace tidemark::readmodel
