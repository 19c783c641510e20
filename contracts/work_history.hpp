// What a work log says about one task, and what follows from it for the delivery sources: the values that compute
// derives and the import writes. Spec: running it, "import"; storage, "Source tables".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "contracts/delivery_sources.hpp"
#include "contracts/task_state.hpp"
#include "contracts/time.hpp"
#include "contracts/uuid.hpp"

namespace tidemark {

// One accepted row of a log: the state of a task as somebody left it at an instant. It becomes one row of event_log.
struct WorkSnapshot {
  Uuid id;  // made of the log's name and the snapshot's key: event_log.correlation_id
  Instant at;
  std::int64_t sequence = 0;  // orders the snapshots of one instant
  TaskState state = TaskState::backlog;
  std::optional<std::string> reason;    // why the task is in this state (blocked: by what)
  std::optional<std::string> assignee;  // who works on it
  std::optional<std::string> resolver;  // whose result is submitted; read only where the state submits one
};

// The rows that follow from a task's snapshots. Each takes the id of the snapshot it follows from, in its own table.

struct WorkLease {
  Uuid id;
  std::string agent;
  Instant created_at;
  std::optional<Instant> released_at;  // when the next agent took over; NULL: nobody did
};

// The task handed to the gate.
struct WorkSubmission {
  Uuid id;
  Instant at;
};

struct WorkDecision {
  Uuid id;
  GateOutcome outcome = GateOutcome::approved;
  std::string actor;
  std::string reason;  // where the task went
  Instant at;
};

struct WorkAttempt {
  Uuid id;
  AttemptResult result = AttemptResult::success;
  std::string detail;  // why it failed; empty for a success
  Instant started_at;
  Instant ended_at;
};

struct WorkHistory {
  std::vector<WorkLease> leases;
  std::vector<WorkSubmission> submissions;
  std::vector<WorkDecision> decisions;
  std::vector<WorkAttempt> attempts;
};

}  // namespace tidemark
