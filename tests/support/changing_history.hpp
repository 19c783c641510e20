// A project's sources that change step by step, by chance: rows come, go and move, around now, long ago and still to
// come.
#pragma once

#include <string>
#include <vector>

#include "contracts/delivery_sources.hpp"
#include "contracts/project_memory.hpp"
#include "contracts/time.hpp"
#include "support/chance.hpp"

namespace tidemark::tests {

inline const Instant kHistoryBegin = Day{std::chrono::year{2023} / 12 / 20};
inline constexpr Micros kHistorySpan = 80 * kDay;

inline Uuid history_id(char kind, std::int64_t n) {
  return uuid_v5(tidemark_namespace(), std::string{kind} + std::to_string(n));
}

// The sources as they are, and what changed since they were last computed.
class ChangingHistory {
 public:
  explicit ChangingHistory(std::uint64_t seed) : chance_(seed) {
    sources.project_id = history_id('p', 0);
    for (int n = 0; n < 2; ++n)
      sources.milestones.push_back(
          {history_id('m', n), "M", std::nullopt, kHistoryBegin + chance_.below(30 * kDay), std::nullopt});
  }

  ProjectSources sources;
  std::vector<SourceChange> changes;

  // One more row, another value or one row less; mostly around `now`, at times of long ago or still to come.
  void step(Instant now) {
    switch (chance_.below(sources.tasks.size() < 3 ? 1 : 22)) {
      case 0: return add_task(now);
      case 1: return change_task();
      case 2: return add_lease(now);
      case 3: return add_decision(now);
      case 4: return add_link(now);
      case 5: return add_attempt(now);
      case 6: return add_artifact(now);
      case 7: return add_edge(now);
      case 8: return add_change_set(now);
      case 9: return chance_.hits(10) ? change_milestone(now) : add_event(now);
      case 10: return remove_some();
      case 11: return add_task(now);
      default: return add_event(now);
    }
  }

 private:
  Instant around(Instant now) {
    if (chance_.below(300) == 0) return kHistoryBegin + chance_.below(kHistorySpan);
    if (chance_.hits(5)) return now + chance_.below(3 * kDay);
    return now - chance_.below(chance_.one_of({Micros{2}, kHour, kDay, 6 * kDay}));
  }
  // One that is there, is being added later, or never is.
  Uuid some_task() { return history_id('t', chance_.below(static_cast<std::int64_t>(sources.tasks.size()) + 1)); }
  std::optional<std::string> some(std::initializer_list<const char*> values) {
    return chance_.hits(20) ? std::nullopt : std::optional<std::string>{chance_.one_of(values)};
  }
  std::string next_key() { return to_string(history_id('k', ++keys_)); }
  void note(std::string source, std::string key, std::optional<Uuid> task, std::optional<Instant> since) {
    changes.push_back({std::move(source), std::move(key), task, since});
  }

  void add_task(Instant now) {
    TaskSource task{};
    task.id = history_id('t', static_cast<std::int64_t>(sources.tasks.size()) + (chance_.hits(10) ? 1 : 0));
    if (std::any_of(sources.tasks.begin(), sources.tasks.end(), [&](auto& t) { return t.id == task.id; })) return;
    task.short_id = "T";
    task.title = "Task";
    task.milestone_id = chance_.hits(50) ? std::optional{history_id('m', chance_.below(2))} : std::nullopt;
    task.milestone = task.milestone_id ? std::optional<std::string>{"M"} : std::nullopt;
    task.task_class = some({"bug", "feature"});
    task.priority = static_cast<int>(chance_.below(130));
    task.created_at = around(now);
    sources.tasks.push_back(task);
    note("task", to_string(task.id), task.id, std::nullopt);
  }

  void change_task() {
    auto& task =
        sources.tasks[static_cast<std::size_t>(chance_.below(static_cast<std::int64_t>(sources.tasks.size())))];
    switch (chance_.below(5)) {
      case 0: task.task_class = some({"bug", "feature", "chore"}); break;
      case 1: task.priority = static_cast<int>(chance_.below(130)); break;
      case 2:
        task.milestone_id = chance_.hits(50) ? std::optional{history_id('m', chance_.below(2))} : std::nullopt;
        break;
      case 3: task.created_at += chance_.below(2 * kDay) - kDay; break;
      default: break;  // only what no metric uses
    }
    task.milestone = task.milestone_id ? std::optional<std::string>{"M"} : std::nullopt;
    note("task", to_string(task.id), task.id, std::nullopt);
  }

  void add_event(Instant now) {
    TaskEventSource event{};
    event.id = ++events_;
    event.task_id = some_task();
    event.event_type = "task.state_changed";
    event.to_state = chance_.one_of({"ready", "claimed", "in_progress", "implemented", "awaiting_review", "integrated",
                                     "integrated", "integrated", "blocked", "cancelled"});
    if (chance_.hits(30)) event.from_state = chance_.one_of({"backlog", "ready", "in_progress"});
    if (chance_.hits(20)) event.reason = chance_.one_of({"input", "tools"});
    event.caused_by = some({"ann", "bob"});
    event.created_at = around(now);
    note("event_log", std::to_string(event.id), event.task_id, event.created_at);
    sources.events.push_back(std::move(event));
  }

  void add_lease(Instant now) {
    sources.leases.push_back({next_key(), some_task(), chance_.one_of({"ann", "bob", "cem"}), around(now)});
    note("lease", sources.leases.back().id, sources.leases.back().task_id, sources.leases.back().created_at);
  }

  void add_decision(Instant now) {
    GateDecisionSource decision{};
    decision.id = history_id('d', ++keys_);
    decision.gate_rule_id = history_id('r', chance_.below(2));
    decision.gate_type = "code_review";
    if (!chance_.hits(10)) decision.task_id = some_task();
    decision.outcome = chance_.one_of({GateOutcome::approved, GateOutcome::rejected});
    decision.actor_id = chance_.one_of({"ann", "bob"});
    decision.created_at = around(now);
    note("gate_decision", to_string(decision.id), decision.task_id, decision.created_at);
    sources.decisions.push_back(std::move(decision));
  }

  void add_link(Instant now) {
    sources.links.push_back({next_key(), some_task(), some_task(), around(now)});
    const auto& link = sources.links.back();
    note("gate_candidate_link", link.id, link.candidate_task_id, link.created_at);
  }

  void add_attempt(Instant now) {
    IntegrationAttemptSource attempt{};
    attempt.id = history_id('a', ++keys_);
    attempt.task_id = some_task();
    attempt.result = chance_.one_of({AttemptResult::success, AttemptResult::success, AttemptResult::conflict});
    attempt.started_at = around(now);
    if (chance_.hits(80))
      attempt.ended_at = attempt.started_at + chance_.below(5 * kDay) - (chance_.hits(5) ? 3 * kDay : Micros{0});
    note("integration_attempt", to_string(attempt.id), attempt.task_id,
         std::min(attempt.started_at, attempt.ended_at.value_or(attempt.started_at)));
    sources.attempts.push_back(attempt);
  }

  void add_artifact(Instant now) {
    const auto status = chance_.one_of({CheckStatus::passed, CheckStatus::failed, CheckStatus::pending});
    sources.artifacts.push_back({next_key(), std::nullopt, status, around(now)});
    note("artifact", sources.artifacts.back().id, std::nullopt, sources.artifacts.back().created_at);
  }

  void add_edge(Instant now) {
    sources.edges.push_back({next_key(), some_task(), some_task(), "integrated", around(now)});
    const auto& edge = sources.edges.back();
    note("dependency_edge", edge.id, edge.from_task_id, edge.created_at);
    note("dependency_edge", edge.id, edge.to_task_id, edge.created_at);
  }

  void add_change_set(Instant now) {
    sources.change_sets.push_back({next_key(), chance_.below(4), std::nullopt, around(now)});
    note("plan_change_set", sources.change_sets.back().id, std::nullopt, sources.change_sets.back().applied_at);
  }

  void change_milestone(Instant now) {
    const auto id = history_id('m', chance_.below(2));
    std::erase_if(sources.milestones, [&](const auto& m) { return m.id == id; });
    sources.milestones.push_back({id, "M", std::nullopt, around(now) + kDay, std::nullopt});
    note("milestone", to_string(id), std::nullopt, std::nullopt);
  }

  template <typename Rows, typename Note>
  void remove_one(Rows& rows, Note&& note_removed) {
    if (rows.empty()) return;
    const auto at = rows.begin() + chance_.below(static_cast<std::int64_t>(rows.size()));
    note_removed(*at);
    rows.erase(at);
  }

  void remove_some() {
    switch (chance_.below(6)) {
      case 0:
        return remove_one(sources.events,
                          [&](const auto& e) { note("event_log", std::to_string(e.id), e.task_id, e.created_at); });
      case 1: return remove_one(sources.leases, [&](const auto& l) { note("lease", l.id, l.task_id, l.created_at); });
      case 2:
        return remove_one(sources.attempts, [&](const auto& a) {
          note("integration_attempt", to_string(a.id), a.task_id,
               std::min(a.started_at, a.ended_at.value_or(a.started_at)));
        });
      case 3:
        return remove_one(sources.decisions,
                          [&](const auto& d) { note("gate_decision", to_string(d.id), d.task_id, d.created_at); });
      case 4:
        return remove_one(sources.edges, [&](const auto& e) {
          note("dependency_edge", e.id, e.from_task_id, e.created_at);
          note("dependency_edge", e.id, e.to_task_id, e.created_at);
        });
      default:
        if (!chance_.hits(20)) return;
        return remove_one(sources.tasks, [&](const auto& t) { note("task", to_string(t.id), t.id, std::nullopt); });
    }
  }

  Chance chance_;
  std::int64_t keys_ = 0;
  std::int64_t events_ = 0;
};

using Timelines = std::map<Uuid, TaskTimeline>;

}  // namespace tidemark::tests
