// What the status screen shows: how much is stored, how new it is, what ran and what was set aside.
// Spec: operations, "status"; jobs, "Freshness".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contracts/time.hpp"
#include "contracts/uuid.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

enum class RowCount { exact, estimated };

struct TableSize {
  std::string table;
  std::int64_t rows = 0;
  RowCount counted = RowCount::exact;  // tables over a gigabyte are estimated
  std::int64_t bytes = 0;              // indexes and TOAST included
};

// Tidemark's tables that exist, the four dashboard tables first.
std::vector<TableSize> table_sizes(Transaction& tx);

struct Freshness {
  Uuid project_id;
  std::string family;
  std::int64_t version = 0;
  Instant as_of;
  Instant updated_at;
  std::string definition_hash;
};

// By project, then family.
std::vector<Freshness> list_freshness(Transaction& tx);

struct Reconciled {
  Uuid project_id;
  Instant at;  // wall clock
};

// When each project was last compared with a recompute; those that never were are left out.
std::vector<Reconciled> list_reconciled(Transaction& tx);

struct RunRecord {
  std::string job;
  std::string mode;
  std::string status;
  std::optional<Uuid> project_id;
  std::optional<Instant> as_of;
  Instant started_at;
  std::optional<Instant> finished_at;
  std::int64_t rows_written = 0;
  std::int64_t rows_unchanged = 0;
  std::int64_t rows_deleted = 0;
  std::int64_t attempts = 1;
  std::optional<std::string> failure_reason;
  std::optional<std::string> report;  // JSON
};

// The newest run of each job, by job.
std::vector<RunRecord> newest_runs(Transaction& tx);

struct QuarantineCount {
  std::optional<Uuid> project_id;  // nullopt: rows of no known project
  std::string source;
  std::int64_t open = 0;
};

std::vector<QuarantineCount> count_open_quarantine(Transaction& tx);

struct QuarantineEntry {
  std::optional<Uuid> project_id;
  std::string source;
  std::string source_key;
  std::string reason;
  Instant first_seen;
  Instant last_seen;
};

// Up to `limit` open entries, the latest first.
std::vector<QuarantineEntry> list_open_quarantine(Transaction& tx, std::int64_t limit);

struct NewestValue {
  Uuid project_id;
  std::string metric_key;
  Instant bucket;  // the day
  std::optional<double> value;
};

// The newest whole-project day value of each metric, by project, then in the order asked for.
std::vector<NewestValue> newest_values(Transaction& tx, const std::vector<std::string>& metric_keys);

}  // namespace tidemark::readmodel
