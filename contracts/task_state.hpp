// The states of a task and their classes. Spec: delivery metrics, section 1.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tidemark {

enum class TaskState : std::uint8_t {
  backlog,
  ready,
  reserved,
  claimed,
  in_progress,
  implemented,
  awaiting_review,
  integrated,
  conflict,
  blocked,
  abandoned,
  cancelled,
};

inline constexpr std::size_t kTaskStateCount = 12;

inline constexpr std::array<std::string_view, kTaskStateCount> kTaskStateNames{
    "backlog",         "ready",      "reserved", "claimed", "in_progress", "implemented",
    "awaiting_review", "integrated", "conflict", "blocked", "abandoned",   "cancelled"};

constexpr std::string_view to_string(TaskState state) { return kTaskStateNames[static_cast<std::size_t>(state)]; }

constexpr std::optional<TaskState> parse_task_state(std::string_view name) {
  for (std::size_t i = 0; i < kTaskStateCount; ++i)
    if (kTaskStateNames[i] == name) return static_cast<TaskState>(i);
  return std::nullopt;
}

enum class StateClass : std::uint8_t { none, queued, active, review, blocked, done, dropped };

constexpr StateClass class_of(TaskState state) {
  switch (state) {
    case TaskState::backlog: return StateClass::none;
    case TaskState::ready:
    case TaskState::reserved: return StateClass::queued;
    case TaskState::claimed:
    case TaskState::in_progress: return StateClass::active;
    case TaskState::implemented:
    case TaskState::awaiting_review:
    case TaskState::conflict: return StateClass::review;
    case TaskState::blocked: return StateClass::blocked;
    case TaskState::integrated: return StateClass::done;
    case TaskState::abandoned:
    case TaskState::cancelled: return StateClass::dropped;
  }
  return StateClass::none;
}

// Work in progress. `conflict` is a review state but not WIP.
constexpr bool is_wip(TaskState state) {
  return state == TaskState::claimed || state == TaskState::in_progress || state == TaskState::blocked ||
         state == TaskState::implemented || state == TaskState::awaiting_review;
}

// Open: not done and not dropped; backlog included.
constexpr bool is_open(TaskState state) {
  const StateClass c = class_of(state);
  return c != StateClass::done && c != StateClass::dropped;
}

}  // namespace tidemark
