// One project brought to an as-of: what changed and what time has moved, or, where that cannot be bounded, all of it.
//
//   one snapshot: changes found, memory, live tasks ──> compute ──> compare and write, one transaction
//
// Spec: jobs, "Incremental refresh", rules 3 to 5.
#pragma once

#include "jobs/refresh.hpp"
#include "readmodel/sources/source_discovery.hpp"

namespace tidemark::jobs {

// What it did, as of one project; the times are those of the last try. `options.projects` and `options.pool` do not
// matter. Errors: tidemark::Error; nothing of the project is written then.
RefreshReport refresh_project(readmodel::Session& session, const readmodel::ProjectHeader& project,
                              const RefreshOptions& options, const readmodel::SourceCapabilities& capabilities);

}  // namespace tidemark::jobs
