// From which bucket start on the rows of a project's metrics stand. Spec: jobs, "Compaction".
#pragma once

#include "contracts/retention.hpp"
#include "contracts/uuid.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

// Of the metrics that have floors; one that has none was never computed for the project.
Floors read_floors(Transaction& tx, const Uuid& project_id);

// Adds the floors of metrics that have none, and moves those that differ; what is equal is not written, and metrics
// that `floors` does not name keep theirs. A floor that lies before the stored one is left where it is: they only move
// forward. Left weeks become those given. Requires: the project's checkpoint is locked.
void write_floors(Transaction& tx, const Uuid& project_id, const Floors& floors);

}  // namespace tidemark::readmodel
