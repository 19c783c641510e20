#include "compute/changes.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>

#include "compute/memory.hpp"

namespace tidemark::compute {
namespace {

// The earliest instant from which on a task's rows differ from those of the run before.
using Affected = std::map<Uuid, Instant>;

void affect(Affected& affected, const Uuid& task, Instant since) {
  const auto [at, added] = affected.try_emplace(task, since);
  if (!added) at->second = std::min(at->second, since);
}

// Whether rows of the table count without a task.
bool is_of_project(std::string_view source) {
  return source == "gate_decision" || source == "artifact" || source == "plan_change_set";
}

class Plan {
 public:
  Plan(const ProjectSources& sources, const Since& since, const ComputeOptions& options)
      : sources_(sources),
        memory_(since.memory),
        changes_(since.changes),
        options_(options),
        spans_(spans_of(sources)),
        view_(sources, options.as_of, options.clock, options.floors) {
    for (const auto& task : sources.tasks) loaded_.emplace(task.id, &task);
    for (const auto& task : memory_.tasks) known_.emplace(task.task_id, &task);
    for (const auto& edge : sources.edges) edges_.insert(edge.id);
    for (const auto& task : sources.referred) loaded_.erase(task);
  }

  PartialResult compute();

 private:
  // Why the changes cannot be bounded; empty: they can.
  std::string_view add_changes();
  std::string_view add_change(const SourceChange& change);
  void add_unannounced();
  // What only the passing of time has brought: rows between the as-of of the run before and this one.
  void add_revealed();
  void add_milestones();
  bool lost_dependencies() const;
  void bound();
  void reach_back(Instant t) {
    after_ = std::min(after_, t);
    levels_ = std::min(levels_, t);
  }
  Instant first_instant(const Uuid& task) const;
  Instant reach_of_attempt(const Uuid& task, Instant began) const;
  std::vector<Uuid> entities() const;

  const ProjectSources& sources_;
  const ProjectMemory& memory_;
  const std::vector<SourceChange>& changes_;
  const ComputeOptions& options_;
  const Spans spans_;
  ProjectView view_;
  std::unordered_map<Uuid, const TaskSource*> loaded_;
  std::unordered_map<Uuid, const TaskTimeline*> known_;
  std::unordered_set<std::string_view> edges_;
  Affected affected_;
  Instant after_ = kNever;   // nothing before it differs
  Instant levels_ = kNever;  // no level before it differs
};

// As the run before knew it or as it is now, whichever is earlier.
Instant Plan::first_instant(const Uuid& task) const {
  Instant first = kNever;
  if (const auto known = known_.find(task); known != known_.end()) first = known->second->first_at;
  if (const auto span = spans_.find(task); span != spans_.end()) first = std::min(first, span->second.first);
  return first;
}

std::string_view Plan::add_change(const SourceChange& change) {
  if (!change.task_id && !change.since) return "a plan, a rule or a row of unknown instant changed";
  if (change.source == "event_log" && !change.task_id) return {};  // no fact comes of it
  if (change.since) reach_back(*change.since);
  if (!change.task_id) return is_of_project(change.source) ? std::string_view{} : "a row names no task";
  const auto& id = *change.task_id;
  const auto known = known_.find(id);
  const auto loaded = loaded_.find(id);
  const bool is_known = known != known_.end();
  if (is_known && !known->second->live) {
    // A dependency of a live task on a settled one is the live one's.
    const bool of_live = change.source == "dependency_edge" && edges_.contains(change.source_id);
    return of_live ? std::string_view{} : "a settled task changed";
  }
  if (!is_known && loaded == loaded_.end()) return {};  // no such task, before and now
  if (!is_known || !change.since) {
    // Of a task that is known its row alone says nothing: see add_unannounced().
    if (!is_known || change.source != "task") affect(affected_, id, first_instant(id));
    return {};
  }
  affect(affected_, id, change.source == "integration_attempt" ? reach_of_attempt(id, *change.since) : *change.since);
  return {};
}

// Attempts are numbered by their beginning: one that comes or goes moves those of its task that began after it.
Instant Plan::reach_of_attempt(const Uuid& task, Instant began) const {
  Instant reach = began;
  for (const auto& attempt : sources_.attempts)
    if (attempt.task_id == task && attempt.started_at >= began)
      reach = std::min(reach, attempt.ended_at.value_or(attempt.started_at));
  return reach;
}

// The sources are read later than changes were looked for. What this run sees of a live task itself counts from now on,
// found or not: the next run compares with what this one remembers.
void Plan::add_unannounced() {
  for (const auto& known : memory_.tasks) {
    if (!known.live) continue;
    const auto loaded = loaded_.find(known.task_id);
    if (loaded == loaded_.end() || known.attributes != attributes_hash(view_, *loaded->second))
      affect(affected_, known.task_id, first_instant(known.task_id));
  }
}

std::string_view Plan::add_changes() {
  for (const auto& id : sources_.referred)
    if (const auto known = known_.find(id); known == known_.end() || known->second->live)
      return "a live task refers to one that was not found yet";
  for (const auto& change : changes_)
    if (const auto reason = add_change(change); !reason.empty()) return reason;
  return {};
}

void Plan::add_revealed() {
  for_each_instant(sources_, [&](const Uuid& task, Instant at) {
    if (at > memory_.as_of && at <= options_.as_of && loaded_.contains(task)) affect(affected_, task, at);
  });
  // An attempt counts at its end, and puts those of its task that began after it one number back.
  for (const auto& attempt : sources_.attempts) {
    const Instant at = attempt.ended_at.value_or(attempt.started_at);
    if (at > memory_.as_of && at <= options_.as_of && loaded_.contains(attempt.task_id))
      affect(affected_, attempt.task_id, reach_of_attempt(attempt.task_id, std::min(attempt.started_at, at)));
  }
  // Of a task that was not there yet, rows older than itself count from now on as well.
  for (const auto& task : sources_.tasks)
    if (task.created_at > memory_.as_of && task.created_at <= options_.as_of)
      affect(affected_, task.id, first_instant(task.id));
}

void Plan::add_milestones() {
  const auto standings = standings_of(view_);
  std::vector<MilestoneStanding> changed;
  std::set_symmetric_difference(standings.begin(), standings.end(), memory_.standings.begin(), memory_.standings.end(),
                                std::back_inserter(changed));
  for (const auto& standing : changed) after_ = std::min(after_, standing.planned);
}

bool Plan::lost_dependencies() const {
  return std::any_of(changes_.begin(), changes_.end(),
                     [](const auto& change) { return change.source == "dependency_edge" || change.source == "task"; });
}

void Plan::bound() {
  reach_back(memory_.as_of);
  for (const auto& [task, since] : affected_) {
    reach_back(since);
    // A task that was complete is one no longer, or is again: it counts at its completion, but in no level since.
    const auto* view = view_.find(task);
    const auto* interval = view == nullptr ? nullptr : view->timeline.at(since);
    if (interval != nullptr && interval->state == TaskState::integrated) after_ = std::min(after_, interval->start);
  }
}

// The drilldown rows of a task tell its state and its path: all of them may differ.
std::vector<Uuid> Plan::entities() const {
  std::vector<Uuid> entities;
  for (const auto& [task, since] : affected_) entities.push_back(task);
  for (const auto& decision : sources_.decisions)
    if (decision.task_id && affected_.contains(*decision.task_id)) entities.push_back(decision.id);
  for (const auto& attempt : sources_.attempts)
    if (affected_.contains(attempt.task_id)) entities.push_back(attempt.id);
  for (const auto& change : changes_)  // of a row that was deleted, or belongs to another task now
    if (change.source == "gate_decision" || change.source == "integration_attempt")
      if (const auto id = parse_uuid(change.source_id)) entities.push_back(*id);
  std::sort(entities.begin(), entities.end());
  entities.erase(std::unique(entities.begin(), entities.end()), entities.end());
  return entities;
}

PartialResult Plan::compute() {
  if (options_.as_of < memory_.as_of) return {std::nullopt, "the as-of lies before that of the run before"};
  if (memory_.whole_from && *memory_.whole_from <= options_.as_of)
    return {std::nullopt, "a row of no task has come into sight"};
  if (const auto reason = add_changes(); !reason.empty()) return {std::nullopt, reason};
  add_unannounced();
  add_revealed();
  add_milestones();
  bound();
  if (earliest_needed(after_) < memory_.settled.before)
    return {std::nullopt, "a change reaches back beyond the live tasks"};
  // Its first dependency, or its last one, gives or takes a whole series.
  if (!memory_.settled.dependencies && !view_.dependencies.empty()) return {std::nullopt, "its first dependency came"};
  if (memory_.settled.dependencies && view_.dependencies.empty() && lost_dependencies())
    return {std::nullopt, "its last dependency may have gone"};
  ComputedProject computed;
  computed.memory = remember(view_, sources_, &memory_);
  computed.extent = Extent{after_, levels_, entities()};
  view_.recompute_after(after_, levels_);
  computed.rows = finished_rows(view_, sources_.project_id, &computed.extent->entities);
  return {std::move(computed), {}};
}

}  // namespace

PartialResult compute_changes(const ProjectSources& sources, const Since& since, const ComputeOptions& options) {
  return Plan(sources, since, options).compute();
}

}  // namespace tidemark::compute
