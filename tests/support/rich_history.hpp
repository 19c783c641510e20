// A history in which everything that the contract promises happens at least once.
#pragma once

#include "support/history.hpp"

namespace tidemark::tests {

inline constexpr const char* kRichAsOf = "2024-03-20T12:00:00Z";  // a Wednesday

namespace rich {

inline void add_tasks(History& h) {
  const MilestoneSource beta{id_of("Beta"), "Beta", at("2024-03-10"), at("2024-03-17T23:59:59.999999Z"), std::nullopt};
  const MilestoneSource later{id_of("Later"), "Later", std::nullopt, at("2024-04-30T23:59:59.999999Z"), std::nullopt};
  h.sources.milestones = {beta, later};
  for (int i = 0; i < 90; ++i) {
    auto& task = h.task("T-" + std::to_string(i), i < 80 ? "2024-03-01T08:00:00Z" : "2024-03-12T09:30:00.5Z");
    task.priority = 10 + 35 * (i % 4);  // P0 to P3
    if (i % 3 != 0) task.phase = i % 2 == 0 ? "Build" : "Plan";
    if (i % 5 != 0) {
      task.milestone_id = i % 2 == 0 ? beta.id : later.id;
      task.milestone = i % 2 == 0 ? beta.name : later.name;
    }
    if (i % 4 != 0) task.task_class = i % 4 == 1 ? "bug" : "feature";
    if (i % 7 == 0) task.capability_tags = {"sql", "c++"};
  }
}

// Seventy tasks through every stage, more than a distribution keeps as they are; the rest stay on the way.
inline void add_work(History& h) {
  for (int i = 0; i < 90; ++i) {
    const std::string name = "T-" + std::to_string(i);
    const std::string minute = std::to_string(10 + i % 50) + ":00Z";
    h.moves(name, "2024-03-13T08:" + minute, "ready");
    if (i == 89) continue;
    if (i % 9 != 0) h.moves(name, "2024-03-14T09:" + minute, "claimed").caused_by = "agent-" + std::to_string(i % 3);
    if (i % 10 == 0) h.moves(name, "2024-03-15T00:" + minute, "blocked").reason = i % 20 == 0 ? "vendor" : "decision";
    if (i >= 85) continue;  // in progress, or blocked from here on
    h.moves(name, "2024-03-16T10:" + minute, "in_progress");
    h.moves(name, i % 2 == 0 ? "2024-03-17T10:" + minute : "2024-03-18T10:" + minute, "implemented");
    if (i >= 70) continue;  // the backlog
    h.moves(name, i % 2 == 0 ? "2024-03-18T16:" + minute : "2024-03-19T16:" + minute, "integrated");
  }
  h.moves("T-5", "2024-03-20T09:00:00Z", "in_progress");  // reopened
  h.moves("T-88", "2024-03-20T09:00:00Z", "abandoned");
  h.moves("T-80", "2024-03-20T08:00:00Z", "blocked");  // without a reason
}

inline void add_gates_and_attempts(History& h) {
  for (int i = 0; i < 84; ++i) {
    const std::string name = "T-" + std::to_string(i);
    if (i < 70)
      h.decision(name, i % 2 == 0 ? "2024-03-18T12:00:00Z" : "2024-03-19T12:30:00Z",
                 i % 6 == 0   ? GateOutcome::rejected
                 : i % 6 == 1 ? GateOutcome::approved_with_risk
                              : GateOutcome::approved,
                 i % 3 == 0 ? "ann" : "bob");
    if (i % 12 == 0) h.decision(name, "2024-03-18T15:00:00Z", GateOutcome::approved, "ann");
    h.sources.links.push_back({"link" + std::to_string(i), id_of("T-89"), id_of(name), at("2024-03-18T11:00:00Z")});
  }
  h.decision("T-89", "2024-03-19T13:00:00Z", GateOutcome::rejected, "eve");  // nothing was submitted
  const AttemptResult results[]{AttemptResult::success, AttemptResult::conflict, AttemptResult::failed_checks,
                                AttemptResult::aborted};
  for (int i = 0; i < 20; ++i) {
    const std::string name = "T-" + std::to_string(i);
    h.attempt(name, "2024-03-18T13:00:00Z", "2024-03-18T13:20:00Z", results[i % 4]);
    if (i % 4 != 0) h.attempt(name, "2024-03-18T14:00:00Z", "2024-03-18T14:20:00Z", AttemptResult::success);
  }
}

inline void add_the_rest(History& h) {
  h.sources.leases.push_back({"lease", id_of("T-1"), "agent-9", at("2024-03-14T08:00:00Z")});
  h.sources.artifacts = {{"a1", id_of("T-1"), CheckStatus::passed, at("2024-03-18T08:00:00Z")},
                         {"a2", id_of("T-2"), CheckStatus::failed, at("2024-03-18T09:00:00Z")}};
  for (int i = 71; i < 76; ++i)
    h.sources.edges.push_back({"edge" + std::to_string(i), id_of("T-" + std::to_string(i)), id_of("T-86"), "integrated",
                               at("2024-03-10T00:00:00Z")});
  h.sources.change_sets = {{"c1", 4, 2.5, at("2024-03-18T08:00:00Z")},
                           {"c2", 1, std::nullopt, at("2024-03-19T08:00:00Z")}};
}

// A week earlier, so that the newest week has one to be compared with.
inline void add_week_before(History& h) {
  for (int i = 0; i < 4; ++i) {
    const std::string name = "E-" + std::to_string(i);
    const std::string minute = std::to_string(10 + i) + ":00Z";
    h.task(name, "2024-03-07T08:00:00Z").priority = 10;
    h.moves(name, "2024-03-07T09:" + minute, "ready");
    h.moves(name, "2024-03-07T10:" + minute, "in_progress");
    h.moves(name, "2024-03-07T11:" + minute, "blocked").reason = "vendor";
    h.moves(name, "2024-03-08T11:" + minute, "in_progress");
    h.moves(name, "2024-03-0" + std::to_string(8 + i % 2) + "T12:" + minute, "integrated");
    h.attempt(name, "2024-03-08T11:00:00Z", "2024-03-08T11:30:00Z", AttemptResult::success);
  }
}

// A task that takes no time at all: a value of 0 in every distribution.
inline void add_instant_task(History& h) {
  const std::string now = "2024-03-18T10:00:00Z";
  h.task("Z", now);
  for (const char* state : {"ready", "claimed", "in_progress", "implemented", "integrated"}) h.moves("Z", now, state);
  h.sources.links.push_back({"link-Z", id_of("T-89"), id_of("Z"), at(now)});
  h.decision("Z", now, GateOutcome::approved, "ann");
}

}  // namespace rich

inline History rich_history() {
  History h;
  h.sources.project_name = "Rich";
  rich::add_tasks(h);
  rich::add_work(h);
  rich::add_gates_and_attempts(h);
  rich::add_the_rest(h);
  rich::add_week_before(h);
  rich::add_instant_task(h);
  return h;
}

}  // namespace tidemark::tests
