// The checkpoint row of a project and job: the lock under which a project's rows are written, and the token by which a
// writer learns that another one was faster. Spec: storage, "The four tables"; jobs, "Incremental refresh", rule 4.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "contracts/time.hpp"
#include "contracts/uuid.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

inline constexpr std::string_view kRefreshJob = "refresh";
inline constexpr std::string_view kSnapshotJob = "snapshot";
inline constexpr std::string_view kAlertsJob = "alerts";
inline constexpr std::string_view kReconcileJob = "reconcile";

struct CheckpointKey {
  Uuid project_id;
  std::string_view job = kRefreshJob;
};

struct Checkpoint {
  std::int64_t fencing_token = 0;         // moves with every transaction that wrote; 0: never written
  std::optional<std::int64_t> watermark;  // event_log.id handled
  std::optional<Instant> last_success;
};

// What a run starts from. Read it in the snapshot in which the sources are read, so that the token stands for them.
Checkpoint read_checkpoint(Transaction& tx, const CheckpointKey& key);

// Takes the row lock, making the row where there is none, and returns the token as it is under the lock. Only a
// read-committed transaction sees, after waiting here, what the writer before it committed.
std::int64_t lock_checkpoint(Transaction& tx, const CheckpointKey& key);

// Raises the token. Requires: lock_checkpoint() in this transaction. `watermark` nullopt keeps the one there is.
void advance_checkpoint(Transaction& tx, const CheckpointKey& key, Instant computed_at,
                        std::optional<std::int64_t> watermark);

}  // namespace tidemark::readmodel
