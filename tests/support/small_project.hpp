// A project of three weeks in which every metric has something to say: work that is claimed, blocked, reviewed,
// retried, reopened and finished, in two phases and by two people.
#pragma once

#include "support/history.hpp"

namespace tidemark::tests {

inline constexpr const char* kSmallProjectAsOf = "2024-03-13T12:30:00Z";  // a Wednesday

// March 2024; `hour` may exceed 23.
inline std::string in_march(int day, int hour = 0) {
  return format_instant(at("2024-03-01") + (day - 1) * kDay + hour * kHour);
}

inline void finish_task(History& history, const std::string& name, int day, bool retried) {
  history.moves(name, in_march(day, 9), "implemented");
  history.sources.links.push_back({name + " link", id_of("gate"), id_of(name), at(in_march(day, 9))});
  history.moves(name, in_march(day, 10), "awaiting_review");
  history.decision(name, in_march(day, 12 + day % 5), day % 4 == 0 ? GateOutcome::rejected : GateOutcome::approved,
                   day % 2 == 0 ? "ann" : "bob");
  if (retried) history.attempt(name, in_march(day, 17), in_march(day, 18), AttemptResult::failed_checks);
  history.attempt(name, in_march(day, 19), in_march(day, 20), AttemptResult::success);
  history.sources.artifacts.push_back({name + " artifact", id_of(name),
                                       day % 3 == 0 ? CheckStatus::failed : CheckStatus::passed, at(in_march(day, 8))});
  history.moves(name, in_march(day, 20), "integrated");
}

// Task i is created, claimed, perhaps blocked for a while, and finished unless it is one of the last.
inline void add_task(History& history, int i) {
  const std::string name = "T-" + std::to_string(i);
  const int day = -8 + i;  // the first on 21 February
  TaskSource& task = history.task(name, in_march(day, i % 7));
  task.phase = i % 2 == 0 ? "Build" : "Test";
  if (i % 3 != 0) task.milestone = "First";
  task.priority = 20 + 30 * (i % 4);
  task.task_class = i % 5 == 0 ? "bug" : "feature";
  if (i % 2 == 0) task.capability_tags = {"sql", "web"};
  history.moves(name, in_march(day, 8), "ready");
  history.sources.leases.push_back({name + " lease", id_of(name), i % 3 == 0 ? "ann" : "bob", at(in_march(day, 30))});
  history.moves(name, in_march(day, 32), "in_progress");
  if (i % 4 == 1) {
    history.moves(name, in_march(day, 40), "blocked").reason = i % 8 == 1 ? "waiting for access" : "unclear";
    if (i < 17) history.moves(name, in_march(day, 60), "in_progress");
  }
  if (i < 16) finish_task(history, name, day + 4, i % 5 == 0);
  if (i >= 16 && i % 4 != 1) history.moves(name, in_march(day, 46), "implemented");
}

inline History small_project() {
  History history;
  history.task("gate", in_march(-8));
  for (int i = 0; i < 20; ++i) add_task(history, i);
  history.moves("T-2", in_march(4, 6), "in_progress");  // reopened
  history.sources.milestones.push_back(
      {id_of("First"), "First", at(in_march(1)), at(in_march(9)), at(in_march(9, 12))});
  history.sources.change_sets.push_back({"change", 3, 4.5, at(in_march(6, 7))});
  history.sources.edges.push_back({"edge", id_of("T-17"), id_of("T-18"), "integrated", at(in_march(5))});
  history.sources.project_name = "Small";
  return history;
}

}  // namespace tidemark::tests
