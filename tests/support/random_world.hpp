// What the parts of the generator of random projects share. Internal to random_*.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "support/chance.hpp"
#include "support/random_projects.hpp"

namespace tidemark::tests {

// A state that a task was told to enter, as far as the generator knows.
struct Move {
  Instant at;
  std::string state;
};

struct RandomTask {
  std::string id;
  Instant created_at;
  std::vector<Move> moves;
};

struct RandomWorld {
  RandomWorld(std::uint64_t seed_, int task_count_);

  bool is(ProjectShape some) const { return shape == some; }

  // The id of the n-th thing of a kind.
  std::string id(const std::string& kind, std::int64_t n) const;
  std::string project_id() const { return id("project", 0); }

  // The row arrives at `valid` or, now and then, up to five days later.
  void add(const std::string& table, Instant valid, nlohmann::json columns);
  // The row arrives at `arrival`.
  void add_at(const std::string& table, Instant arrival, nlohmann::json columns);

  // An instant of the project's span.
  Instant sometime();
  // A time from one thing to the next: none, a microsecond, hours, days, or exactly what a definition has as its limit.
  Micros pause();
  // A quarter of a day's border where the project's shape says so.
  Instant on_clock(Instant t) const;

  std::string agent() { return chance.one_of({"ann", "bob", "cem", "Дарья", "eve", "agent 007"}); }
  std::string task_or_stranger();  // a task's id, at times one that does not exist

  std::uint64_t seed;
  int task_count;
  std::optional<ProjectShape> shape;
  Chance chance;
  Instant start;
  Instant end;
  std::vector<RandomTask> tasks;
  std::vector<std::string> phases;      // ids
  std::vector<std::string> milestones;  // ids

  struct Arriving {
    Instant arrival;
    SourceRow row;
  };
  std::vector<Arriving> arriving;
};

// Each adds the rows of its tables; the tasks come first.
void add_tasks(RandomWorld& world);
void add_reviews(RandomWorld& world);   // gate_rule, gate_candidate_link, gate_decision
void add_delivery(RandomWorld& world);  // integration_attempt, artifact, dependency_edge, plan_change_set

}  // namespace tidemark::tests
