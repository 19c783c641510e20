// How changes of the sources are found here, and what that would cost or miss. Spec: jobs, "Incremental refresh",
// rule 2.
#pragma once

#include <vector>

#include "jobs/diagnosis.hpp"

namespace tidemark::jobs {

std::vector<Finding> check_changes(readmodel::Transaction& tx);

}  // namespace tidemark::jobs
