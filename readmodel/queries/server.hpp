// What `doctor` asks of the server: who we are there, what we may do, what our reads would cost.
// Spec: operations, "Command line", `doctor`.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "contracts/time.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

struct ServerFacts {
  std::string version;  // "15.14 (Debian 15.14-0+deb12u1)"
  std::string database;
  std::string user;
  Instant clock;  // the server's, at the time of the question
  std::int64_t bytes = 0;
};

ServerFacts read_server_facts(Transaction& tx);

// The tables that a run writes.
inline constexpr std::array<const char*, 17> kOwnTables{
    "metrics_summary",         "metrics_trend_point",   "metrics_breakdown_point", "metrics_drilldown",
    "metrics_job_checkpoint",  "metrics_data_version",  "metrics_job_run",         "metrics_quarantine",
    "metrics_alert",           "metrics_source_cursor", "metrics_dirty",           "metrics_change_cursor",
    "metrics_change_seen",     "metrics_source_count",  "metrics_project_memory",  "metrics_task_timeline",
    "metrics_compaction_floor"};

struct MissingPrivilege {
  std::string privilege;  // USAGE, SELECT, INSERT, UPDATE, DELETE
  std::string object;     // a table, or "SCHEMA name": as in GRANT privilege ON object
};

// Of the schemas in use, and of those of `tables` that exist.
std::vector<MissingPrivilege> missing_privileges(Transaction& tx, const std::vector<std::string>& tables,
                                                 const std::vector<std::string>& privileges);

struct UnindexedTable {
  std::string name;
  bool partitioned;  // its index cannot be made CONCURRENTLY
};

// Those of `tables` that a read of one project would scan as a whole though they are of a megabyte or more.
std::vector<UnindexedTable> find_unindexed_tables(Transaction& tx, const std::vector<std::string>& tables);

// Those of `tables` (of a megabyte or more) whose changes would be looked for by reading all of them: each with the
// instant that no index begins with (see change_discovery.hpp).
struct UnindexedInstant {
  std::string table;
  std::string column;
  bool partitioned;
};

std::vector<UnindexedInstant> find_unindexed_instants(Transaction& tx, const std::vector<std::string>& tables);

}  // namespace tidemark::readmodel
