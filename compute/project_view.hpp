// One project as its metrics see it at an as-of: timelines built, facts sorted by their instants, dimension values
// interned. Spec: delivery metrics, sections 1 and 3 ("Components").
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "compute/horizon.hpp"
#include "compute/timeline.hpp"
#include "compute/trace.hpp"
#include "contracts/delivery_sources.hpp"
#include "contracts/rows.hpp"

namespace tidemark::compute {

using TaskIndex = std::int32_t;
inline constexpr TaskIndex kNoTask = -1;
using ValueId = std::int32_t;  // an interned dimension value

// Dimension values of a project, each stored once. Id 0 is "unassigned".
class ValueTable {
 public:
  ValueTable() { id(kUnassigned); }
  ValueId id(std::string_view raw);  // clips it first
  const std::string& text(ValueId id) const { return values_[static_cast<std::size_t>(id)]; }

 private:
  std::unordered_map<std::string, ValueId> ids_;
  std::vector<std::string> values_;
};

// The four stages of a completed task. Negative or missing parts are 0.
struct Stages {
  Micros queue{0};
  Micros implementation{0};
  Micros review{0};
  Micros integration{0};
  Micros sum() const { return queue + implementation + review + integration; }
};

struct AgentChange {
  Instant at;
  ValueId agent;
  const LeaseSource* lease = nullptr;  // nullptr: an event named the agent
};

struct TaskView {
  const TaskSource* source;
  Timeline timeline;
  int band;  // priority band 0..3
  ValueId phase;
  ValueId milestone;
  ValueId task_class;
  ValueId priority;                         // "P0" .. "P3"
  std::vector<ValueId> tags;                // each once; "untagged" where there are none
  std::vector<AgentChange> leases;          // by (created_at, id)
  std::vector<AgentChange> active_entries;  // entries into an active state that name somebody
  std::optional<Instant> claimed_at;
  std::optional<Instant> completed_at;

  ValueId assignee_at(Instant t) const;
};

// Facts, each kind ascending by (at, entity).
struct Creation {
  Instant at;
  TaskIndex task;
};
struct Completion {
  Instant at;
  TaskIndex task;
  Micros lead;
  std::optional<Micros> cycle;  // nullopt: never claimed
  Stages stages;
};
struct Reopening {
  Instant at;
  TaskIndex task;
  const TaskEventSource* event;
};
struct BlockEnd {
  Instant at;
  TaskIndex task;
  Micros lasted;
  const TaskEventSource* begun_by;
  const TaskEventSource* ended_by;
};
struct Decision {
  Instant at;
  TaskIndex task;  // kNoTask where the decision names none
  const GateDecisionSource* source;
  std::optional<Micros> latency;
  ValueId gate_type;
  ValueId reviewer;
  bool re_review;              // not the task's first under that rule
  const GateLinkSource* link;  // the submission; nullptr: the entry into implemented, or unknown
};
// A task in a gate's queue: from its newest link until a decision at or after it.
struct QueueStay {
  Instant start;
  Instant end;
  TaskIndex task;
  TaskIndex gate_task;
};
struct Attempt {
  Instant at;
  TaskIndex task;
  const IntegrationAttemptSource* source;
  int number;  // 1 for the task's first
  std::optional<Micros>
      streak_before_success;  // a success that ends a failure streak: since the streak's first failure
};
// A failure streak. `recovered` false at `end`: the task was dropped, it ends uncounted.
struct Streak {
  Instant begin;
  Instant end;  // kNever while it lasts
  bool recovered;
  TaskIndex task;
  const IntegrationAttemptSource* first;
  const IntegrationAttemptSource* ended_by;  // the success; nullptr: the streak has not recovered
};
struct MilestoneOutcome {
  Instant at;  // planned completion
  bool on_time;
  std::optional<Instant> actual;  // nullopt: not completed
  const MilestoneSource* source;
};
struct ArtifactCheck {
  Instant at;
  CheckStatus status;
  const ArtifactSource* source;
};
struct AppliedChange {
  Instant at;
  const ChangeSetSource* source;
};

// `to` waits for `from`, from `at` on.
struct Dependency {
  enum class Unlock { integrated, implemented };  // what finishes the one waited for
  Instant at;
  TaskIndex from;
  TaskIndex to;
  Unlock unlock;
  const DependencyEdgeSource* source;
};

class ProjectView {
 public:
  // `sources` must outlive the view. `clock` is the database's: an event more than a day ahead of it is reported.
  // The rows that no fact was made of are added to `exclusions` where it is given.
  ProjectView(const ProjectSources& sources, Instant as_of, Instant clock, const Floors& floors = {},
              std::vector<Exclusion>* exclusions = nullptr);

  const Horizon& horizon() const { return horizon_; }
  void recompute_after(Instant t, Instant levels) { horizon_.recompute_after(t, levels); }
  // What the tasks that are not here add. One that was read because others refer to it is here.
  const SettledTasks& settled() const { return settled_; }
  Instant as_of() const { return horizon_.as_of(); }
  // Whether the sources of a component are there: without them its values are unknown, not 0.
  bool knows(SourceComponent component) const { return off_.count(component) == 0; }
  const TaskView& task(TaskIndex index) const { return tasks[static_cast<std::size_t>(index)]; }
  const std::string& value(ValueId id) const { return values.text(id); }

  // The end of the task's elapsed time: the as-of while it is open, else the entry into its last state.
  Instant elapsed_until(TaskIndex task) const;
  // The task's stages as far as they are known at the as-of; the stage that lasts ends there, or where the task was
  // dropped.
  Stages stages_so_far(TaskIndex task) const;
  // The task's attempts after the first.
  int retries(TaskIndex task) const;
  // nullptr: there is no such task at the as-of.
  const TaskView* find(const Uuid& task_id) const;
  // nullptr: the sources have no such task.
  const TaskSource* find_source(const Uuid& task_id) const;

  ValueTable values;
  std::vector<TaskView> tasks;  // those created at or before the as-of, by id
  std::vector<Creation> creations;
  std::vector<Completion> completions;
  std::vector<Reopening> reopenings;
  std::vector<Instant> first_completions;  // first entry into integrated of each task that ever entered it
  std::vector<BlockEnd> block_ends;
  std::vector<Decision> decisions;
  std::vector<QueueStay> queue_stays;  // by start; none where the queue is unknown
  std::vector<Attempt> attempts;
  std::vector<Streak> streaks;  // by begin
  std::vector<MilestoneOutcome> milestones;
  std::vector<ArtifactCheck> artifacts;
  std::vector<AppliedChange> changes;
  std::vector<Dependency> dependencies;
  std::vector<Instant> active_hours;  // hours in which a task was created or changed state, ascending
  std::vector<QuarantineRow> quarantine;

  // The first instant of which the project tells anything; kNever where it tells nothing.
  Instant first_fact() const;

 private:
  enum class Presence { unknown, not_yet, here };
  // A source row that a fact is to be made of.
  struct Candidate {
    std::string_view source;
    std::variant<Uuid, std::string_view, std::int64_t> key;
    Instant at;
    std::optional<Uuid> task_id;
    std::string key_text() const;
  };
  Presence find_task(const Uuid& id, TaskIndex& index) const;
  // kNoTask where the task is not there; an unknown one is reported.
  TaskIndex require_task(const Uuid& id, const Candidate& row);
  // Puts the row into quarantine.
  void report(const Candidate& row, const std::string& problem);
  // Nothing where the view does not explain.
  void exclude(const Candidate& row, const Reason& reason, const std::string& detail = {});
  // Whether the row's instant is at or before the as-of.
  bool is_known(const Candidate& row);

  void add_tasks(const ProjectSources& sources, Instant clock);
  void take_over_referred(const ProjectSources& sources);
  void add_leases(const ProjectSources& sources);
  void add_task_facts();
  void add_reopening(TaskIndex task, const StateInterval& completed, const TaskEventSource* event);
  void add_decisions(const ProjectSources& sources);
  void add_queue_stays();
  void add_attempts(const ProjectSources& sources);
  void add_streaks(TaskIndex task, std::span<Attempt* const> by_end);
  void add_milestones(const ProjectSources& sources);
  void add_dependencies(const ProjectSources& sources);
  void add_completion_stages();
  Stages stages_until(const TaskView& task, TaskIndex index, Instant until) const;

  Horizon horizon_;
  SettledTasks settled_;
  ComponentSet off_;
  std::vector<Exclusion>* exclusions_;
  std::vector<const TaskSource*> task_sources_;            // tasks that are here, by id
  std::unordered_map<Uuid, TaskIndex> index_;              // the same by their id
  std::unordered_map<Uuid, const TaskSource*> later_;      // tasks created after the as-of
  std::vector<std::vector<const GateLinkSource*>> links_;  // per task, by (created_at, id)
  std::vector<std::vector<Instant>> approvals_;            // per task, ascending
  std::vector<int> attempt_counts_;                        // per task
};

// The facts of `sorted` whose instant the window holds.
template <typename Fact>
std::span<const Fact> in_window(const std::vector<Fact>& sorted, const Window& window) {
  const auto before = [](const Fact& fact, Instant t) { return fact.at < t; };
  const auto first = std::lower_bound(sorted.begin(), sorted.end(), window.from, before);
  const auto last = std::lower_bound(first, sorted.end(), window.cutoff, before);
  return {first, last};
}

}  // namespace tidemark::compute
