// From a task's snapshots in a work log to the delivery rows that follow from them. Pure: the same snapshots give the
// same rows and ids, however many imports brought them and in whatever order.
// Spec: running it, "import"; delivery metrics, section 1 (what leases, decisions and attempts mean).
#pragma once

#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "contracts/task_state.hpp"
#include "contracts/work_history.hpp"

namespace tidemark::compute {

using StateFlags = std::array<bool, kTaskStateCount>;  // by state

// A stage begins when a task enters a state that opens it, and ends with the outcome of the first state entered
// afterwards that has one. States without an outcome leave it open.
template <typename Outcome>
struct StageRules {
  StateFlags opens{};
  std::array<std::optional<Outcome>, kTaskStateCount> outcomes{};  // by state
};

// What a mapping says beyond its values. An absent stage derives no rows.
struct WorklogRules {
  std::optional<StageRules<GateOutcome>> gate;
  // A success needs no open stage: the task was integrated at once, an attempt without duration.
  std::optional<StageRules<AttemptResult>> integration;
};

// The order of a task's snapshots: by instant, then sequence. What both leave open (two states under one sequence
// number) is settled by the state and the reason, so that the order is total for different ids.
bool precedes(const WorkSnapshot& a, const WorkSnapshot& b);

// Whether a snapshot says something new after its predecessor (nullptr: it is the task's first): another state or
// reason.
bool is_transition(const WorkSnapshot* predecessor, const WorkSnapshot& snapshot);

// Leases: in an active state, each assignee named who is not the last lease's agent takes the task over; of several in
// one instant the last counts. No lease precedes the task's first active state, so that leases never change a timeline.
// Requires: `ordered` is in the order of precedes(), one task's.
WorkHistory derive_history(const std::vector<WorkSnapshot>& ordered, const WorklogRules& rules);

// Ids: UUIDv5 of the log's name and the row's own key.
Uuid log_task_id(std::string_view log, std::string_view key);
Uuid log_project_id(std::string_view log, std::string_view name);
Uuid log_gate_rule_id(std::string_view log, const Uuid& project_id, std::string_view gate_type);
// Everything of the snapshot except who: two lines that differ in nothing else are one event.
Uuid log_snapshot_id(std::string_view log, const Uuid& task_id, const WorkSnapshot& snapshot);

}  // namespace tidemark::compute
