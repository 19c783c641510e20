// The benchmarks' data: projects whose tasks live through the states, the same at every run. There is no chance in it
// but a hash of numbers. Spec: quality, "The generator of benchmark data is deterministic".
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/time.hpp"

namespace tidemark::bench {

struct Shape {
  std::string_view name;
  int projects = 0;
  int events_per_project = 0;
  int days = 0;                         // of history, up to kAsOf
  int tasks_per_thousand_events = 223;  // a task has 4.4 transitions; what is missing are comments

  int tasks() const { return std::max(1, events_per_project * tasks_per_thousand_events / 1000); }  // of a project
};

// What every size ends at. In the past, so that no event is of the future.
inline constexpr Instant kAsOf{std::chrono::sys_days{std::chrono::year{2025} / 6 / 15} + std::chrono::hours{14}};

// Mixes numbers into 64 bits that look like chance.
std::uint64_t hash_of(std::uint64_t a, std::uint64_t b, std::uint64_t c);

enum class Act : std::uint8_t {
  ready,
  claimed,
  in_progress,
  blocked,
  implemented,
  awaiting_review,
  integrated,
  abandoned,
  comment
};
inline constexpr std::array<std::string_view, 9> kActNames{"ready",      "claimed",     "in_progress",
                                                           "blocked",    "implemented", "awaiting_review",
                                                           "integrated", "abandoned",   "comment"};

// One event of a task.
struct Move {
  Instant at;
  std::uint32_t task = 0;  // its number in the project
  Act act = Act::comment;
};

// The instants of a task that other tables than event_log tell of; kUnset where they have not come by kAsOf.
inline constexpr Instant kUnset = Instant::max();
struct Life {
  Instant created;
  Instant claimed = kUnset;
  Instant implemented = kUnset;
  Instant submitted = kUnset;
  Instant rejected = kUnset;
  Instant approved = kUnset;
  Instant integrated = kUnset;
};

struct ProjectHistory {
  std::vector<Life> tasks;
  std::vector<Move> moves;  // exactly events_per_project, ascending
};

ProjectHistory project_history(const Shape& shape, int project);

// Deterministic ids: `kind` tells tables apart.
std::string id_of(std::string_view kind, int project, std::int64_t number);
// Who worked on a task.
std::string agent_of(const Shape& shape, int project, std::int64_t task);

}  // namespace tidemark::bench
