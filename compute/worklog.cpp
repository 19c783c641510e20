#include "compute/worklog.hpp"

#include <string>
#include <tuple>

#include "contracts/dimensions.hpp"
#include "contracts/json_text.hpp"

namespace tidemark::compute {
namespace {

std::size_t index_of(TaskState state) { return static_cast<std::size_t>(state); }

// Key form (RFC 8785) of the array [log, kind, parts...]; the parts are finished JSON texts.
Uuid id_of(std::string_view log, std::string_view kind, std::initializer_list<std::string> parts) {
  std::string key = "[" + string_text(log) + ',' + string_text(kind);
  for (const auto& part : parts) key += ',' + part;
  return uuid_v5(tidemark_namespace(), key + ']');
}

// Where a task went, for the reader of a decision or a failed attempt.
std::string destination(const WorkSnapshot& snapshot) {
  std::string text = "back to " + std::string{to_string(snapshot.state)};
  if (snapshot.reason) text += ": " + *snapshot.reason;
  return text;
}

class Derivation {
 public:
  explicit Derivation(const WorklogRules& rules) : rules_(rules) {}

  void take(const WorkSnapshot& snapshot) {
    if (!state_ || *state_ != snapshot.state) enter(snapshot);
    state_ = snapshot.state;
    if (class_of(snapshot.state) == StateClass::active && snapshot.assignee) lease(snapshot);
  }

  WorkHistory finish() { return std::move(history_); }

 private:
  void enter(const WorkSnapshot& snapshot) {
    if (rules_.gate) decide(snapshot, *rules_.gate);
    if (rules_.integration) integrate(snapshot, *rules_.integration);
  }

  void decide(const WorkSnapshot& snapshot, const StageRules<GateOutcome>& gate) {
    const auto state = index_of(snapshot.state);
    if (submission_ != nullptr && gate.outcomes[state]) {
      const auto outcome = *gate.outcomes[state];
      const auto& actor = submission_->resolver ? submission_->resolver : submission_->assignee;
      history_.decisions.push_back(
          {snapshot.id, outcome, actor.value_or(std::string{kUnassigned}),
           outcome == GateOutcome::rejected ? destination(snapshot) : std::string{to_string(snapshot.state)},
           snapshot.at});
      submission_ = nullptr;
    }
    if (submission_ == nullptr && gate.opens[state]) {
      submission_ = &snapshot;
      history_.submissions.push_back({snapshot.id, snapshot.at});
    }
  }

  void integrate(const WorkSnapshot& snapshot, const StageRules<AttemptResult>& integration) {
    const auto state = index_of(snapshot.state);
    const auto result = integration.outcomes[state];
    if (result && (attempt_started_ || *result == AttemptResult::success)) {
      history_.attempts.push_back({snapshot.id, *result,
                                   *result == AttemptResult::success ? std::string{} : destination(snapshot),
                                   attempt_started_.value_or(snapshot.at), snapshot.at});
      attempt_started_.reset();
    }
    if (!attempt_started_ && integration.opens[state]) attempt_started_ = snapshot.at;
  }

  void lease(const WorkSnapshot& snapshot) {
    auto& leases = history_.leases;
    if (!leases.empty() && leases.back().agent == *snapshot.assignee) return;
    if (!leases.empty() && leases.back().created_at == snapshot.at) {
      leases.pop_back();  // superseded within its own instant
      if (!leases.empty()) leases.back().released_at.reset();
      return lease(snapshot);
    }
    if (!leases.empty()) leases.back().released_at = snapshot.at;
    leases.push_back({snapshot.id, *snapshot.assignee, snapshot.at, std::nullopt});
  }

  const WorklogRules& rules_;
  WorkHistory history_;
  std::optional<TaskState> state_;
  const WorkSnapshot* submission_ = nullptr;  // the open one
  std::optional<Instant> attempt_started_;    // of the open attempt
};

}  // namespace

bool precedes(const WorkSnapshot& a, const WorkSnapshot& b) {
  return std::tie(a.at, a.sequence, a.state, a.reason, a.id) < std::tie(b.at, b.sequence, b.state, b.reason, b.id);
}

bool is_transition(const WorkSnapshot* predecessor, const WorkSnapshot& snapshot) {
  return predecessor == nullptr || predecessor->state != snapshot.state || predecessor->reason != snapshot.reason;
}

WorkHistory derive_history(const std::vector<WorkSnapshot>& ordered, const WorklogRules& rules) {
  Derivation derivation(rules);
  for (const auto& snapshot : ordered) derivation.take(snapshot);
  return derivation.finish();
}

Uuid log_task_id(std::string_view log, std::string_view key) { return id_of(log, "task", {string_text(key)}); }

Uuid log_project_id(std::string_view log, std::string_view name) { return id_of(log, "project", {string_text(name)}); }

Uuid log_gate_rule_id(std::string_view log, const Uuid& project_id, std::string_view gate_type) {
  return id_of(log, "gate_rule", {string_text(to_string(project_id)), string_text(gate_type)});
}

Uuid log_snapshot_id(std::string_view log, const Uuid& task_id, const WorkSnapshot& snapshot) {
  return id_of(
      log, "snapshot",
      {string_text(to_string(task_id)), string_text(format_instant(snapshot.at)), std::to_string(snapshot.sequence),
       string_text(to_string(snapshot.state)), snapshot.reason ? string_text(*snapshot.reason) : "null"});
}

}  // namespace tidemark::compute
