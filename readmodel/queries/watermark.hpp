// How far the event log has been discovered, what is missing below that, and which sessions keep it open.
// Spec: jobs, "Incremental refresh", rule 1; operations, "status".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "readmodel/gap_tracking.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

// A transaction that may still commit ids below the watermark.
struct LockHolder {
  std::string transaction;         // pg_locks.virtualtransaction
  std::optional<int> pid;          // nullopt: prepared, or it has just ended
  std::string application;         // empty: it has no name, or is prepared
  std::optional<std::string> gid;  // of a prepared transaction
  std::optional<Instant> started;  // nullopt: this role may not see it (pg_read_all_stats)
  Instant since;                   // first seen with a gap
  std::uint64_t ids = 0;           // that are missing and may be its own; the baseline's are not counted
};

// Those that the cursor waits for, the one first seen longest ago first.
std::vector<LockHolder> list_lock_holders(Transaction& tx, const Cursor& cursor);

struct WatermarkStatus {
  Cursor cursor;
  Instant moved_at;
  std::vector<LockHolder> holders;
};

// nullopt: no events have been discovered yet.
std::optional<WatermarkStatus> read_watermark(Transaction& tx);

struct DirtyCount {
  std::int64_t rows = 0;
  std::int64_t projects = 0;
};

DirtyCount count_dirty(Transaction& tx);
std::int64_t count_dirty(Transaction& tx, const Uuid& project_id);

}  // namespace tidemark::readmodel
