// The answer to GET /v1/metrics/catalogue. Spec: contract v1.0, "Metric keys of the built-in catalogue".
#pragma once

#include "contracts/catalogue.hpp"
#include "jobs/views/answer.hpp"

namespace tidemark::views {

// One metric as its catalogue file says it, and `additive` with each breakdown dimension.
Json catalogue_entry(const Metric& metric);

// Every metric, in reading order.
Json catalogue_view();

}  // namespace tidemark::views
