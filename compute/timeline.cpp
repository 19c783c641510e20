#include "compute/timeline.hpp"

#include <algorithm>
#include <tuple>

namespace tidemark::compute {
namespace {

constexpr std::string_view kUnblocked = "unblocked";

// The X of `task.X` and `task_X`.
std::optional<std::string_view> task_suffix(std::string_view event_type) {
  if (event_type.size() < 6 || event_type.substr(0, 4) != "task") return std::nullopt;
  if (event_type[4] != '.' && event_type[4] != '_') return std::nullopt;
  return event_type.substr(5);
}

// Whether a transition shows that work on the task had begun, so that a lease tells nothing new.
bool shows_work(const Transition& t) {
  if (!t.to) return false;
  switch (class_of(*t.to)) {
    case StateClass::active:
    case StateClass::review:
    case StateClass::done:
    case StateClass::dropped: return true;
    default: return false;
  }
}

// Whether the lease tells something new, and so stands in the timeline.
bool insert_lease(std::vector<Transition>& sorted, Instant lease) {
  const auto at = std::find_if(sorted.begin(), sorted.end(), [&](const Transition& t) { return t.at >= lease; });
  const auto known_by = std::find_if(sorted.begin(), sorted.end(), [&](const Transition& t) { return t.at > lease; });
  if (std::any_of(sorted.begin(), known_by, shows_work)) return false;
  Transition claim;
  claim.at = lease;
  claim.to = TaskState::claimed;
  sorted.insert(at, claim);
  return true;
}

}  // namespace

std::variant<std::monostate, Transition, Unreadable> parse_transition(const TaskEventSource& event) {
  Transition t;
  t.at = event.created_at;
  t.sequence = event.sequence;
  t.id = event.id;
  t.reason = event.reason ? &*event.reason : nullptr;
  t.actor = event.caused_by ? &*event.caused_by : nullptr;
  t.event = &event;
  if (event.from_state) t.from = parse_task_state(*event.from_state);

  if (event.event_type == "task_state_transitioned" || event.event_type == "task.state_changed") {
    if (!event.to_state) return Unreadable{"payload.to_state is missing or not a string"};
    t.to = parse_task_state(*event.to_state);
    if (!t.to) return Unreadable{"payload.to_state '" + *event.to_state + "' is not a task state"};
    return t;
  }
  const auto suffix = task_suffix(event.event_type);
  if (!suffix) return {};
  if (*suffix == kUnblocked) return t;
  t.to = parse_task_state(*suffix);
  if (!t.to) return {};
  return t;
}

Timeline::Timeline(Instant created_at, std::vector<Transition> transitions, std::optional<Instant> first_lease,
                   std::vector<Transition>* without_effect) {
  std::sort(transitions.begin(), transitions.end(), [](const Transition& a, const Transition& b) {
    return std::tie(a.at, a.sequence, a.id) < std::tie(b.at, b.sequence, b.id);
  });
  TaskState named = TaskState::backlog;
  Instant first_at = kNever;
  if (!transitions.empty()) {
    first_at = transitions.front().at;
    if (transitions.front().from) named = *transitions.front().from;
  }
  const bool claimed_by_lease = first_lease && insert_lease(transitions, *first_lease);
  // At the same instant a lease comes first, but only where it stands in the timeline at all.
  const bool lease_precedes =
      first_lease && (*first_lease < first_at || (*first_lease == first_at && claimed_by_lease));
  const TaskState initial = lease_precedes ? TaskState::backlog : named;

  intervals_.push_back({initial, created_at, kNever});
  std::optional<TaskState> before_block;
  for (const auto& t : transitions) {
    auto& current = intervals_.back();
    const bool unblocks_nothing = !t.to && current.state != TaskState::blocked;
    const TaskState next = t.to ? *t.to : before_block.value_or(TaskState::in_progress);
    if (unblocks_nothing || next == current.state) {
      if (without_effect != nullptr) without_effect->push_back(t);
      continue;
    }
    if (next == TaskState::blocked) before_block = current.state;
    const Instant at = std::max(t.at, created_at);
    current.end = at;
    intervals_.push_back({next, at, kNever, t.reason, t.actor, t.event});
  }
}

const StateInterval* Timeline::at(Instant cutoff) const {
  const auto after = std::partition_point(intervals_.begin(), intervals_.end(),
                                          [&](const StateInterval& i) { return i.start < cutoff; });
  return after == intervals_.begin() ? nullptr : &*std::prev(after);
}

std::optional<Instant> Timeline::claimed_at() const {
  for (const auto& i : intervals_)
    if (class_of(i.state) == StateClass::active) return i.start;
  return std::nullopt;
}

std::optional<Instant> Timeline::completed_at() const {
  if (current() != TaskState::integrated) return std::nullopt;
  return intervals_.back().start;
}

std::optional<Instant> Timeline::last_entry(TaskState state, Instant t) const {
  for (auto i = intervals_.rbegin(); i != intervals_.rend(); ++i)
    if (i->state == state && i->start <= t) return i->start;
  return std::nullopt;
}

std::optional<Instant> Timeline::first_entry(TaskState state) const {
  for (const auto& i : intervals_)
    if (i.state == state) return i.start;
  return std::nullopt;
}

Micros Timeline::time_in(StateClass state_class, Instant until) const {
  Micros total{0};
  for (const auto& i : intervals_)
    if (class_of(i.state) == state_class && i.start < until) total += std::min(i.end, until) - i.start;
  return total;
}

}  // namespace tidemark::compute
