// The rows of the delivery sources that no metric counts and delivery_reader therefore leaves out, for telling why they
// do not count. Spec: delivery metrics, section 3 ("queued left out", "of status applied").
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contracts/time.hpp"
#include "contracts/uuid.hpp"
#include "readmodel/sources/delivery_reader.hpp"

namespace tidemark::readmodel {

struct UncountedRow {
  std::string key;              // the row's id, as text
  std::optional<Uuid> task_id;  // nullopt: of no task
  std::optional<Instant> at;    // nullopt: unknown
};

struct UncountedRows {
  std::vector<UncountedRow> queued_attempts;
  std::vector<UncountedRow> unapplied_change_sets;
};

// Requires: `tx` is that of read_project(), so that no row is in both or in neither.
UncountedRows read_uncounted(Transaction& tx, const ProjectHeader& project, const SourceCapabilities& capabilities);

}  // namespace tidemark::readmodel
