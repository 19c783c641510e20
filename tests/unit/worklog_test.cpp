// What follows from a task's snapshots: leases, submissions, decisions, attempts, and the ids of all of them.
#include "compute/worklog.hpp"

#include <algorithm>
#include <random>

#include "support/catch.hpp"

using namespace tidemark;
using namespace tidemark::compute;
using tidemark::tests::at;

namespace {

using Who = std::optional<std::string>;

// The rules of the sample mapping.
WorklogRules service_desk() {
  WorklogRules rules;
  auto& gate = rules.gate.emplace();
  auto& integration = rules.integration.emplace();
  const auto place = [](TaskState state) { return static_cast<std::size_t>(state); };
  gate.opens[place(TaskState::implemented)] = integration.opens[place(TaskState::implemented)] = true;
  gate.outcomes[place(TaskState::integrated)] = GateOutcome::approved;
  integration.outcomes[place(TaskState::integrated)] = AttemptResult::success;
  for (const auto state : {TaskState::ready, TaskState::in_progress, TaskState::blocked}) {
    gate.outcomes[place(state)] = GateOutcome::rejected;
    integration.outcomes[place(state)] = AttemptResult::failed_checks;
  }
  return rules;
}

// A task's snapshots, one call a row.
class Log {
 public:
  Log& row(const char* time, TaskState state, const Who& assignee = {}, const Who& reason = {}) {
    WorkSnapshot snapshot;
    snapshot.at = at(std::string{"2016-03-01T"} + time + "Z");
    snapshot.sequence = static_cast<std::int64_t>(snapshots_.size());
    snapshot.state = state;
    snapshot.reason = reason;
    snapshot.assignee = assignee;
    snapshot.id = log_snapshot_id("test", task_, snapshot);
    snapshots_.push_back(snapshot);
    return *this;
  }
  Log& resolver(const std::string& name) {
    snapshots_.back().resolver = name;
    return *this;
  }
  const WorkSnapshot& operator[](std::size_t i) const { return snapshots_[i]; }
  const std::vector<WorkSnapshot>& snapshots() const { return snapshots_; }
  WorkHistory history() const { return derive_history(snapshots_, service_desk()); }

 private:
  Uuid task_ = log_task_id("test", "T1");
  std::vector<WorkSnapshot> snapshots_;
};

std::vector<std::string> agents(const WorkHistory& history) {
  std::vector<std::string> names;
  for (const auto& lease : history.leases) names.push_back(lease.agent);
  return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a lease begins where an assignee is named in an active state, and lasts until the next one") {
  const Log log = Log{}
                      .row("10:00:00", TaskState::ready, "ann")
                      .row("10:05:00", TaskState::in_progress)
                      .row("10:10:00", TaskState::in_progress, "ann")
                      .row("10:20:00", TaskState::in_progress, "ann")
                      .row("10:30:00", TaskState::blocked, "bob")
                      .row("10:40:00", TaskState::in_progress, "bob");
  const auto history = log.history();
  REQUIRE(agents(history) == Names{"ann", "bob"});
  CHECK(history.leases[0].created_at == at("2016-03-01T10:10:00Z"));   // not while queued
  CHECK(history.leases[0].released_at == at("2016-03-01T10:40:00Z"));  // not while blocked
  CHECK(history.leases[0].id == log[2].id);
  CHECK_FALSE(history.leases[1].released_at.has_value());
}

TEST_CASE("of several assignees in one instant the last takes the task") {
  CHECK(agents(Log{}
                   .row("10:00:00", TaskState::in_progress, "ann")
                   .row("10:00:00", TaskState::in_progress, "bob")
                   .history()) == Names{"bob"});
  const auto back_again = Log{}
                              .row("10:00:00", TaskState::in_progress, "ann")
                              .row("11:00:00", TaskState::in_progress, "bob")
                              .row("11:00:00", TaskState::in_progress, "ann")
                              .history();
  REQUIRE(agents(back_again) == Names{"ann"});
  CHECK_FALSE(back_again.leases[0].released_at.has_value());
}

TEST_CASE("a task that was never active has no lease") {
  CHECK(Log{}
            .row("10:00:00", TaskState::ready, "ann")
            .row("11:00:00", TaskState::implemented, "ann")
            .history()
            .leases.empty());
}

TEST_CASE("resolved and closed is a submission approved and an integration that succeeded") {
  const Log log = Log{}
                      .row("10:00:00", TaskState::in_progress, "ann")
                      .row("11:00:00", TaskState::implemented, "ann")
                      .resolver("rae")
                      .row("11:30:00", TaskState::implemented, "ann")
                      .row("12:00:00", TaskState::integrated);
  const auto history = log.history();
  REQUIRE(history.submissions.size() == 1);
  CHECK(history.submissions[0].at == at("2016-03-01T11:00:00Z"));
  REQUIRE(history.decisions.size() == 1);
  CHECK(history.decisions[0].outcome == GateOutcome::approved);
  CHECK(history.decisions[0].actor == "rae");
  CHECK(history.decisions[0].id == log[3].id);
  REQUIRE(history.attempts.size() == 1);
  CHECK(history.attempts[0].result == AttemptResult::success);
  CHECK(history.attempts[0].started_at == at("2016-03-01T11:00:00Z"));
  CHECK(history.attempts[0].ended_at == at("2016-03-01T12:00:00Z"));
}

TEST_CASE("a reopened resolution is a rejection and a failed attempt, and may be handed in again") {
  const auto history = Log{}
                           .row("10:00:00", TaskState::implemented, "ann")
                           .row("11:00:00", TaskState::blocked, "ann", "vendor")
                           .row("12:00:00", TaskState::implemented)
                           .row("13:00:00", TaskState::integrated)
                           .history();
  CHECK(history.submissions.size() == 2);
  REQUIRE(history.decisions.size() == 2);
  CHECK(history.decisions[0].outcome == GateOutcome::rejected);
  CHECK(history.decisions[0].actor == "ann");  // nobody is named as the resolver
  CHECK(history.decisions[0].reason == "back to blocked: vendor");
  CHECK(history.decisions[1].actor == "unassigned");
  REQUIRE(history.attempts.size() == 2);
  CHECK(history.attempts[0].result == AttemptResult::failed_checks);
  CHECK(history.attempts[0].detail == "back to blocked: vendor");
  CHECK(history.attempts[1].started_at == at("2016-03-01T12:00:00Z"));
}

TEST_CASE("closed without a resolution: integrated at once, and no gate was asked") {
  const auto history = Log{}.row("10:00:00", TaskState::ready).row("11:00:00", TaskState::integrated).history();
  CHECK(history.submissions.empty());
  CHECK(history.decisions.empty());
  REQUIRE(history.attempts.size() == 1);
  CHECK(history.attempts[0].started_at == history.attempts[0].ended_at);
}

TEST_CASE("a state without an outcome leaves the submission open") {
  const auto history = Log{}
                           .row("10:00:00", TaskState::implemented)
                           .row("11:00:00", TaskState::awaiting_review)
                           .row("12:00:00", TaskState::implemented)
                           .row("13:00:00", TaskState::integrated)
                           .history();
  REQUIRE(history.submissions.size() == 1);
  CHECK(history.submissions[0].at == at("2016-03-01T10:00:00Z"));
  CHECK(history.decisions.size() == 1);
}

TEST_CASE("without a gate and an integration in the mapping there are only leases") {
  const Log log = Log{}.row("10:00:00", TaskState::in_progress, "ann").row("11:00:00", TaskState::integrated);
  const auto history = derive_history(log.snapshots(), WorklogRules{});
  CHECK(history.leases.size() == 1);
  CHECK(history.decisions.empty());
  CHECK(history.attempts.empty());
}

TEST_CASE("snapshots are ordered by instant, then sequence, and the order is total") {
  const Log log = Log{}
                      .row("10:00:00", TaskState::ready)
                      .row("10:00:00", TaskState::in_progress)
                      .row("10:00:00", TaskState::implemented)
                      .row("10:01:00", TaskState::integrated);
  auto shuffled = log.snapshots();
  std::mt19937 random(7);
  for (int i = 0; i < 20; ++i) {
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    std::sort(shuffled.begin(), shuffled.end(), precedes);
    for (std::size_t at_place = 0; at_place < shuffled.size(); ++at_place)
      CHECK(shuffled[at_place].id == log[at_place].id);
  }
  auto other_state = log[0];
  other_state.state = TaskState::blocked;
  CHECK(precedes(log[0], other_state) != precedes(other_state, log[0]));
}

TEST_CASE("another state or another reason is a transition, everything else a repeat") {
  const Log log = Log{}
                      .row("10:00:00", TaskState::blocked, "ann", "vendor")
                      .row("10:10:00", TaskState::blocked, "bob", "vendor")
                      .row("10:20:00", TaskState::blocked, "bob", "user info")
                      .row("10:30:00", TaskState::in_progress, "bob");
  CHECK(is_transition(nullptr, log[0]));
  CHECK_FALSE(is_transition(&log[0], log[1]));
  CHECK(is_transition(&log[1], log[2]));
  CHECK(is_transition(&log[2], log[3]));
}

TEST_CASE("ids are of the log's name and the row's key, and stay") {
  CHECK(to_string(log_task_id("service-desk", "INC0000045")) == "a86a7bbb-1d97-5a14-903a-7e020258f44d");
  CHECK(log_task_id("service-desk", "INC0000045") != log_task_id("other", "INC0000045"));
  CHECK(log_task_id("service-desk", "A") != log_project_id("service-desk", "A"));
  auto snapshot = Log{}.row("10:00:00", TaskState::blocked, "ann", "vendor")[0];
  const Uuid task = log_task_id("service-desk", "INC0000045");
  const Uuid id = log_snapshot_id("service-desk", task, snapshot);
  CHECK(to_string(id) == "5474768f-8759-5e11-8fbe-e5101cf920d7");
  snapshot.assignee = "bob";  // who is no part of it
  CHECK(log_snapshot_id("service-desk", task, snapshot) == id);
  snapshot.reason.reset();
  CHECK(log_snapshot_id("service-desk", task, snapshot) != id);
}
