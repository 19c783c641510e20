// The answers to GET /v1/metrics/alerts, /actions and /health. Spec: contract v1.0, "Further endpoints of 1.x".
#pragma once

#include <string_view>
#include <vector>

#include "jobs/views/answer.hpp"
#include "readmodel/queries/alerts.hpp"
#include "readmodel/queries/summary.hpp"

namespace tidemark::views {

// value, threshold and the numbers of `context` are rounded as the metric's values are. acknowledged_at and resolved_at
// are absent where they have not happened.
Json alerts_view(const Uuid& project_id, const std::vector<readmodel::StoredAlert>& alerts);

// `summary`: an answer of summary_view(); its suggested actions, in its order.
Json actions_view(const Json& summary);

// A milestone's health is the health at a glance of its tasks; what is undefined is absent. `timestamp`: the slot's, or
// where there is none the instant asked for. Errors: tidemark::Error of kind contract where a payload is no JSON
// object.
Json health_view(const Uuid& project_id, Instant timestamp, const std::vector<readmodel::MilestoneSummary>& milestones);

}  // namespace tidemark::views
