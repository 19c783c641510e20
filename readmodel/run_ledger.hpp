// The ledger of runs that wrote rows, failed, were retried or were asked for by hand. Spec: storage, "Operational
// tables"; jobs, "Run ledger, retries, idempotency".
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "contracts/time.hpp"
#include "contracts/uuid.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

struct RunStart {
  std::optional<Uuid> project_id;  // nullopt: the run is not for one project
  std::string job;
  std::string mode;                            // "full"
  std::optional<Instant> due_at;               // the slot; nullopt: asked for by hand
  std::optional<std::string> idempotency_key;  // nullopt: may run any number of times
  std::optional<Instant> as_of;
  Instant started_at;
  std::string worker;  // host and process
};

enum class RunStatus { succeeded, failed, cancelled };

struct RunResult {
  RunStatus status = RunStatus::succeeded;
  std::int64_t rows_written = 0;
  std::int64_t rows_unchanged = 0;
  std::int64_t rows_deleted = 0;
  int attempts = 1;
  std::optional<std::string> failure_reason;
  std::optional<std::int64_t> to_watermark;
  std::optional<std::string> report;  // JSON, of a job that has more to say than counts
  Instant finished_at;
};

// Opens the row of a run and returns its id; nullopt where the project has a run of that idempotency key already.
// Each function is one transaction of its own, so that a run that fails leaves its row.
std::optional<Uuid> start_run(Session& session, const RunStart& run);
void finish_run(Session& session, const Uuid& run_id, const RunResult& result);

}  // namespace tidemark::readmodel
