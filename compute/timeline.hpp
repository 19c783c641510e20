// A task's timeline: its ordered, gap-free state intervals. Spec: delivery metrics, section 1.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "contracts/delivery_sources.hpp"
#include "contracts/task_state.hpp"
#include "contracts/time.hpp"

namespace tidemark::compute {

inline constexpr Instant kNever = Instant::max();

// One state change as its source tells it. Pointers refer to the source rows and live as long as they do.
struct Transition {
  Instant at;
  std::int64_t sequence = 0;
  std::int64_t id = 0;
  std::optional<TaskState> to;             // nullopt: unblocked, back to the state before the block
  std::optional<TaskState> from;           // only where the source names it
  const std::string* reason = nullptr;     // of a block
  const std::string* actor = nullptr;      // who caused it; nullptr: not told
  const TaskEventSource* event = nullptr;  // nullptr: a lease
};

// [start, end); end is kNever for the current state. A state entered and left in one instant has start == end.
struct StateInterval {
  TaskState state;
  Instant start;
  Instant end;
  const std::string* reason = nullptr;
  const std::string* actor = nullptr;
  const TaskEventSource* event = nullptr;  // what it began with; nullptr: the creation or a lease
};

// What an event says: a transition, nothing about states (nullopt), or why it cannot be read.
struct Unreadable {
  std::string reason;
};
std::variant<std::monostate, Transition, Unreadable> parse_transition(const TaskEventSource& event);

class Timeline {
 public:
  // `transitions` in any order, none later than the as-of. `first_lease` is the instant of the task's first lease.
  // Those that changed nothing are added to `without_effect` where it is given.
  Timeline(Instant created_at, std::vector<Transition> transitions, std::optional<Instant> first_lease,
           std::vector<Transition>* without_effect = nullptr);

  const std::vector<StateInterval>& intervals() const { return intervals_; }
  Instant created_at() const { return intervals_.front().start; }
  TaskState current() const { return intervals_.back().state; }

  // The state after every event before `cutoff`; nullptr before the task was there.
  const StateInterval* at(Instant cutoff) const;

  // First entry into an active state.
  std::optional<Instant> claimed_at() const;
  // Last entry into integrated, if no later transition left it.
  std::optional<Instant> completed_at() const;
  // Last entry into `state` at or before `t`.
  std::optional<Instant> last_entry(TaskState state, Instant t) const;
  std::optional<Instant> first_entry(TaskState state) const;
  // The total time in states of this class before `until`.
  Micros time_in(StateClass state_class, Instant until) const;

 private:
  std::vector<StateInterval> intervals_;  // Invariant: not empty; each starts where the one before ends
};

}  // namespace tidemark::compute
