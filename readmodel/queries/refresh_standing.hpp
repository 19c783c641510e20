// How far the projects have been computed: what a refresh decides by. Spec: jobs, "Incremental refresh", rule 6.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contracts/time.hpp"
#include "contracts/uuid.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

struct RefreshStanding {
  Uuid project_id;
  bool counted = false;          // a computation has seen everything up to a watermark
  std::optional<Instant> as_of;  // NULL: never computed
  bool defined = false;          // by the definitions in force
  bool dirty = false;            // changes wait in metrics_dirty
};

// Of every project that was ever computed or has changes waiting, whether it is still there or not.
std::vector<RefreshStanding> list_refresh_standings(Transaction& tx);

}  // namespace tidemark::readmodel
