// The contract's answer to "where does this point come from?". Spec: contract v1.0, "GET /v1/metrics/explain".
#pragma once

#include "jobs/explain.hpp"
#include "jobs/views/answer.hpp"

namespace tidemark::views {

struct ExplainAnswer {
  Uuid project_id;
  const Metric* metric = nullptr;
  Dimensions dimensions;
  std::string definition_hash;  // of the metric, in force
  std::size_t limit = 20;       // rows listed, of those that went in and of those left out
  jobs::Explanation explanation;
};

Json explain_view(const ExplainAnswer& answer);

}  // namespace tidemark::views
