// What `doctor` says of the watermark: whether new events can be found without losing any, and what no watermark finds.
// Spec: jobs, "Incremental refresh", rule 1, preconditions.
#pragma once

#include <vector>

#include "jobs/diagnosis.hpp"
#include "readmodel/session.hpp"

namespace tidemark::jobs {

std::vector<Finding> check_watermark(readmodel::Transaction& tx);

}  // namespace tidemark::jobs
