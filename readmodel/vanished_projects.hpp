// Rows of projects that are no longer in the sources. Where the source tables belong to somebody else no foreign key
// can remove them. Spec: storage, "project_id references project only where the table is Tidemark's own".
#pragma once

#include <vector>

#include "contracts/uuid.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

// Deletes everything but the run ledger of projects that Tidemark has written, or found events of, and the source does
// not know (any more), one transaction per project, and returns them. Writes nothing where there are none. A project
// that comes (back) later has no checkpoint, so it is computed from scratch and lacks nothing.
std::vector<Uuid> delete_vanished_projects(Session& session);

}  // namespace tidemark::readmodel
