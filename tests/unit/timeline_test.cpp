#include "compute/timeline.hpp"

#include "support/history.hpp"

using namespace tidemark;
using namespace tidemark::compute;
using namespace tidemark::tests;

namespace {

struct Step {
  std::string when;
  std::string to;  // "unblocked" for the event without a state
  std::int64_t sequence = 0;
  std::int64_t id = 0;
  std::string from = "";
};

Timeline timeline_of(const std::string& created, const std::vector<Step>& steps,
                     std::optional<std::string> lease = std::nullopt) {
  std::vector<Transition> transitions;
  for (const auto& step : steps) {
    Transition t;
    t.at = at(step.when);
    t.to = parse_task_state(step.to);
    t.from = parse_task_state(step.from);
    t.sequence = step.sequence;
    t.id = step.id;
    transitions.push_back(t);
  }
  return Timeline(at(created), transitions, lease ? std::optional{at(*lease)} : std::nullopt);
}

std::string states(const Timeline& timeline) {
  std::string text;
  for (const auto& interval : timeline.intervals())
    text += (text.empty() ? "" : " ") + std::string{to_string(interval.state)};
  return text;
}

const std::string kT0 = "2024-01-01T00:00:00Z";
const std::string kT1 = "2024-01-01T01:00:00Z";
const std::string kT2 = "2024-01-01T02:00:00Z";
const std::string kT3 = "2024-01-01T03:00:00Z";

}  // namespace

TEST_CASE("a task without events stays in backlog") {
  const auto timeline = timeline_of(kT0, {});
  CHECK(states(timeline) == "backlog");
  CHECK_FALSE(timeline.claimed_at());
  CHECK_FALSE(timeline.completed_at());
  CHECK(timeline.at(at(kT0)) == nullptr);
  CHECK(timeline.at(at(kT0) + Micros{1})->state == TaskState::backlog);
}

TEST_CASE("events of one instant are ordered by sequence, then by id") {
  CHECK(states(timeline_of(kT0, {{kT1, "blocked", 2, 1}, {kT1, "ready", 1, 2}})) == "backlog ready blocked");
  CHECK(states(timeline_of(kT0, {{kT1, "blocked", 0, 2}, {kT1, "ready", 0, 1}})) == "backlog ready blocked");
}

TEST_CASE("a transition into the current state changes nothing") {
  const auto timeline = timeline_of(kT0, {{kT1, "ready"}, {kT2, "ready"}, {kT3, "claimed"}});
  CHECK(states(timeline) == "backlog ready claimed");
  CHECK(timeline.intervals()[1].start == at(kT1));
  CHECK(timeline.intervals()[1].end == at(kT3));
}

TEST_CASE("a state entered and left in one instant counts as entered") {
  const auto timeline = timeline_of(kT0, {{kT1, "claimed", 1}, {kT1, "ready", 2}});
  CHECK(states(timeline) == "backlog claimed ready");
  CHECK(*timeline.claimed_at() == at(kT1));
  CHECK(timeline.at(at(kT2))->state == TaskState::ready);
}

TEST_CASE("unblocked returns to the state before the block, or to in_progress where that is unknown") {
  CHECK(states(timeline_of(kT0, {{kT1, "claimed"}, {kT2, "blocked"}, {kT3, "unblocked"}})) ==
        "backlog claimed blocked claimed");
  CHECK(states(timeline_of(kT0, {{kT1, "unblocked", 0, 0, "blocked"}})) == "blocked in_progress");
  CHECK(states(timeline_of(kT0, {{kT1, "ready"}, {kT2, "unblocked"}})) == "backlog ready");
}

TEST_CASE("the first transition's from_state is where the task starts, unless a lease precedes it") {
  CHECK(states(timeline_of(kT0, {{kT2, "claimed", 0, 0, "ready"}})) == "ready claimed");
  CHECK(states(timeline_of(kT0, {{kT2, "claimed", 0, 0, "ready"}}, kT1)) == "backlog claimed");
  // A lease of the same instant tells nothing new of a task that is claimed then, and so precedes nothing.
  CHECK(states(timeline_of(kT0, {{kT2, "claimed", 0, 0, "ready"}}, kT2)) == "ready claimed");
  CHECK(states(timeline_of(kT0, {{kT2, "blocked", 0, 0, "ready"}}, kT2)) == "backlog claimed blocked");
}

TEST_CASE("the first lease claims the task before events of the same instant, unless work on it was known before") {
  CHECK(states(timeline_of(kT0, {{kT2, "blocked"}}, kT1)) == "backlog claimed blocked");
  CHECK(states(timeline_of(kT0, {{kT2, "blocked"}}, kT2)) == "backlog claimed blocked");
  CHECK(states(timeline_of(kT0, {{kT2, "in_progress"}}, kT2)) == "backlog in_progress");
  CHECK(states(timeline_of(kT0, {{kT1, "implemented"}}, kT2)) == "backlog implemented");
  CHECK(states(timeline_of(kT0, {{kT1, "ready"}}, kT2)) == "backlog ready claimed");
}

TEST_CASE("an event before the task's creation takes effect at its creation") {
  const auto timeline = timeline_of(kT1, {{kT0, "ready"}, {kT2, "claimed"}});
  CHECK(states(timeline) == "backlog ready claimed");
  CHECK(timeline.intervals()[1].start == at(kT1));
}

TEST_CASE("a reopened task is not completed; completed again it is, at the last entry") {
  CHECK_FALSE(timeline_of(kT0, {{kT1, "integrated"}, {kT2, "in_progress"}}).completed_at());
  CHECK(*timeline_of(kT0, {{kT1, "integrated"}, {kT2, "in_progress"}, {kT3, "integrated"}}).completed_at() == at(kT3));
}

TEST_CASE("at() sees the state after every event before the cutoff") {
  const auto timeline = timeline_of(kT0, {{kT1, "ready"}, {kT2, "claimed"}});
  CHECK(timeline.at(at(kT2))->state == TaskState::ready);
  CHECK(timeline.at(at(kT2) + Micros{1})->state == TaskState::claimed);
}

TEST_CASE("events name their state in three ways, and others say nothing of states") {
  TaskEventSource event;
  const auto state_of = [&](const std::string& type) -> std::optional<TaskState> {
    event.event_type = type;
    const auto parsed = parse_transition(event);
    return std::holds_alternative<Transition>(parsed) ? std::get<Transition>(parsed).to : std::nullopt;
  };
  CHECK(state_of("task.blocked") == TaskState::blocked);
  CHECK(state_of("task_in_progress") == TaskState::in_progress);
  event.to_state = "claimed";
  CHECK(state_of("task_state_transitioned") == TaskState::claimed);
  event.event_type = "task.commented";
  CHECK(std::holds_alternative<std::monostate>(parse_transition(event)));
  event.event_type = "task.unblocked";
  CHECK_FALSE(std::get<Transition>(parse_transition(event)).to);
}

TEST_CASE("a to_state that is missing or no state is told with its value") {
  TaskEventSource event;
  event.event_type = "task.state_changed";
  CHECK(std::get<Unreadable>(parse_transition(event)).reason == "payload.to_state is missing or not a string");
  event.to_state = "-100";
  CHECK(std::get<Unreadable>(parse_transition(event)).reason == "payload.to_state '-100' is not a task state");
}
