// Writes what a comparison found, and nothing else, in one transaction: rows, data versions, checkpoint.
// Spec: jobs ("reconcile") and "Incremental refresh", rules 4 and 8.
#pragma once

#include "readmodel/comparison.hpp"
#include "readmodel/project_writer.hpp"

namespace tidemark::readmodel {

// Brings the stored rows in line with what was compared. `write.state` is what they stand for already; the version of
// each family moves whose rows changed. The next refresh of the project is a whole one. Requires: `write.fencing_token`
// is of the snapshot that was compared. Errors: tidemark::Error, retryable() where somebody has written the project
// since that snapshot; nothing is written then.
WriteCounts repair_rows(Session& session, const ProjectWrite& write, const Comparison& comparison);

}  // namespace tidemark::readmodel
