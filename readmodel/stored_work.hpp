// What earlier imports of a log left in the delivery sources. Spec: running it, "import".
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "contracts/work_history.hpp"
#include "readmodel/session.hpp"
#include "readmodel/source_writer.hpp"

namespace tidemark::readmodel {

struct StoredWork {
  std::optional<ImportedTask> task;
  std::vector<WorkSnapshot> snapshots;
};

// What earlier imports left of these tasks, and the log's lock until the transaction ends: imports of one log run one
// after another. Snapshots carry the correlation id as their id; rows of event_log that no import can have made (no
// UUID there, an unknown state) are left out.
// Requires: a read-committed transaction, so that what was committed while waiting for the lock is seen.
std::unordered_map<Uuid, StoredWork> read_stored_work(Transaction& transaction, std::string_view log,
                                                      const std::vector<Uuid>& task_ids);

}  // namespace tidemark::readmodel
