// The newest summary at or before an instant. Spec: contract, "GET /v1/metrics/summary".
#pragma once

#include <optional>
#include <string>

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

}  // namespace tidemark::readmodel
