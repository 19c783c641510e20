// The answer to GET /v1/metrics/summary. Spec: contract v1.0.
#pragma once

#include <string_view>

#include "jobs/views/answer.hpp"

namespace tidemark::views {

// `payload`: the stored snapshot's `metrics` object, already rounded; empty where no snapshot exists.
// Errors: tidemark::Error of kind contract where the payload is not a JSON object.
Json summary_view(const Uuid& project_id, Instant timestamp, std::string_view payload);

}  // namespace tidemark::views
