// The answer to GET /v1/metrics/drilldown. Spec: contract v1.0.
#pragma once

#include <cstdint>

#include "contracts/catalogue.hpp"
#include "jobs/views/answer.hpp"
#include "readmodel/queries/drilldown.hpp"

namespace tidemark::views {

struct DrilldownAnswer {
  const Metric* metric = nullptr;  // Invariant: it has a drilldown
  Uuid project_id;
  Json filters = Json::object();  // as applied
  std::int64_t limit = 50;
  std::int64_t offset = 0;
  readmodel::DrilldownPage page;
};

// An item whose payload is no JSON object is shown without its members. `aggregation` is {} where nothing matches.
Json drilldown_view(const DrilldownAnswer& answer);

}  // namespace tidemark::views
