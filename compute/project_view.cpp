#include "compute/project_view.hpp"

#include <algorithm>
#include <tuple>

#include "contracts/dimensions.hpp"

namespace tidemark::compute {
namespace {

constexpr int kDefaultPriority = 100;

int priority_band(std::optional<int> priority) {
  const int p = priority.value_or(kDefaultPriority);
  return p <= 25 ? 0 : p <= 50 ? 1 : p <= 100 ? 2 : 3;
}

std::string_view band_name(int band) {
  static constexpr std::string_view kNames[]{"P0", "P1", "P2", "P3"};
  return kNames[band];
}

ValueId newest(const std::vector<AgentChange>& changes, Instant t, ValueId otherwise) {
  const auto after =
      std::partition_point(changes.begin(), changes.end(), [&](const AgentChange& c) { return c.at <= t; });
  return after == changes.begin() ? otherwise : std::prev(after)->agent;
}

template <typename Facts>
void sort_by_instant(Facts& facts) {
  std::sort(facts.begin(), facts.end(),
            [](const auto& a, const auto& b) { return std::tie(a.at, a.task) < std::tie(b.at, b.task); });
}

// An event further ahead of the database's clock than this is a fault of its source.
constexpr Micros kFutureTolerance = kDay;

}  // namespace

ValueId ValueTable::id(std::string_view raw) {
  const auto [found, inserted] = ids_.try_emplace(clip_dimension_value(raw), static_cast<ValueId>(values_.size()));
  if (inserted) values_.push_back(found->first);
  return found->second;
}

ValueId TaskView::assignee_at(Instant t) const { return newest(leases, t, newest(active_entries, t, ValueId{0})); }

ProjectView::ProjectView(const ProjectSources& sources, Instant as_of, Instant clock, const Floors& floors,
                         std::vector<Exclusion>* exclusions)
    : horizon_(as_of, as_of, {}), settled_(sources.settled), off_(sources.off), exclusions_(exclusions) {
  add_tasks(sources, clock);
  add_leases(sources);
  add_task_facts();
  add_decisions(sources);
  add_queue_stays();
  add_attempts(sources);
  add_milestones(sources);
  add_dependencies(sources);
  add_completion_stages();
  take_over_referred(sources);
  for (const auto& artifact : sources.artifacts)
    if (is_known({"artifact", artifact.id, artifact.created_at, artifact.task_id}))
      artifacts.push_back({artifact.created_at, artifact.check_status, &artifact});
  for (const auto& change : sources.change_sets)
    if (is_known({"plan_change_set", change.id, change.applied_at, std::nullopt}))
      changes.push_back({change.applied_at, &change});
  std::sort(artifacts.begin(), artifacts.end(),
            [](auto& a, auto& b) { return std::tie(a.at, a.status) < std::tie(b.at, b.status); });
  std::sort(changes.begin(), changes.end(),
            [](auto& a, auto& b) { return std::tie(a.at, a.source->id) < std::tie(b.at, b.source->id); });
  std::sort(quarantine.begin(), quarantine.end(), [](auto& a, auto& b) {
    return std::tie(a.source, a.source_key, a.reason) < std::tie(b.source, b.source_key, b.reason);
  });
  const auto same_row = [](auto& a, auto& b) { return a.source == b.source && a.source_key == b.source_key; };
  quarantine.erase(std::unique(quarantine.begin(), quarantine.end(), same_row), quarantine.end());
  horizon_ = Horizon(as_of, first_fact(), floors);
}

Instant ProjectView::first_fact() const {
  Instant first = settled_.first_fact;
  const auto consider = [&](const auto& facts) {
    if (!facts.empty()) first = std::min(first, facts.front().at);
  };
  consider(creations);
  consider(attempts);
  consider(decisions);
  consider(artifacts);
  consider(changes);
  if (!queue_stays.empty()) first = std::min(first, queue_stays.front().start);
  return first;
}

void ProjectView::add_tasks(const ProjectSources& sources, Instant clock) {
  auto& sorted = task_sources_;
  for (const auto& task : sources.tasks) {
    if (task.created_at <= as_of()) {
      sorted.push_back(&task);
    } else {
      later_.emplace(task.id, &task);
      exclude({"task", task.id, task.created_at, task.id}, reasons::kAfterAsOf);
    }
  }
  std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->id < b->id; });
  for (const auto* task : sorted) index_.emplace(task->id, static_cast<TaskIndex>(index_.size()));

  std::vector<std::vector<Transition>> transitions(sorted.size());
  for (const auto& event : sources.events) {
    const Candidate row{"event_log", event.id, event.created_at, event.task_id};
    if (event.created_at > clock + kFutureTolerance)
      report(row,
             "created_at " + format_instant(event.created_at) + " is more than a day ahead of the database's clock");
    if (event.created_at > as_of() && exclusions_ == nullptr) continue;
    auto parsed = parse_transition(event);
    if (std::holds_alternative<std::monostate>(parsed) || !is_known(row)) continue;
    TaskIndex index = kNoTask;
    const auto presence = event.task_id ? find_task(*event.task_id, index) : Presence::unknown;
    if (presence == Presence::unknown) {
      report(row, event.task_id ? "task " + to_string(*event.task_id) + " does not exist in this project"
                                : "entity_id is missing or not a UUID");
    } else if (const auto* unreadable = std::get_if<Unreadable>(&parsed)) {
      report(row, unreadable->reason);
    } else if (presence == Presence::here) {
      transitions[static_cast<std::size_t>(index)].push_back(std::get<Transition>(parsed));
    }
  }

  std::vector<std::optional<Instant>> first_lease(sorted.size());
  for (const auto& lease : sources.leases) {
    const auto found = index_.find(lease.task_id);
    if (found == index_.end() || lease.created_at > as_of()) continue;
    auto& first = first_lease[static_cast<std::size_t>(found->second)];
    if (!first || lease.created_at < *first) first = lease.created_at;
  }

  tasks.reserve(sorted.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const TaskSource& source = *sorted[i];
    std::vector<Transition> without_effect;
    const int band = priority_band(source.priority);
    TaskView task{&source,
                  Timeline(source.created_at, std::move(transitions[i]), first_lease[i],
                           exclusions_ == nullptr ? nullptr : &without_effect),
                  band,
                  values.id(source.phase.value_or("")),
                  values.id(source.milestone.value_or("")),
                  values.id(source.task_class && !source.task_class->empty() ? *source.task_class : "other"),
                  values.id(band_name(band)),
                  {},
                  {},
                  {},
                  {},
                  {}};
    for (const auto& t : without_effect)
      exclude({"event_log", t.id, t.at, source.id}, reasons::kNoChange,
              t.to ? "to " + std::string{to_string(*t.to)} : "unblocked");
    for (const auto& tag : source.capability_tags) task.tags.push_back(values.id(tag));
    if (task.tags.empty()) task.tags.push_back(values.id("untagged"));
    std::sort(task.tags.begin(), task.tags.end());
    task.tags.erase(std::unique(task.tags.begin(), task.tags.end()), task.tags.end());
    for (const auto& interval : task.timeline.intervals())
      if (class_of(interval.state) == StateClass::active && interval.actor != nullptr && !interval.actor->empty())
        task.active_entries.push_back({interval.start, values.id(*interval.actor)});
    task.claimed_at = task.timeline.claimed_at();
    task.completed_at = task.timeline.completed_at();
    tasks.push_back(std::move(task));
  }
}

void ProjectView::take_over_referred(const ProjectSources& sources) {
  for (const auto& id : sources.referred) {
    const auto* task = find(id);
    if (task == nullptr) continue;
    --settled_.by_state[static_cast<std::size_t>(task->timeline.current())];
    if (task->timeline.first_entry(TaskState::integrated)) --settled_.completed;
  }
}

void ProjectView::add_leases(const ProjectSources& sources) {
  std::vector<const LeaseSource*> sorted;
  for (const auto& lease : sources.leases)
    if (is_known({"lease", lease.id, lease.created_at, lease.task_id})) sorted.push_back(&lease);
  std::sort(sorted.begin(), sorted.end(),
            [](auto* a, auto* b) { return std::tie(a->created_at, a->id) < std::tie(b->created_at, b->id); });
  for (const auto* lease : sorted) {
    const TaskIndex index = require_task(lease->task_id, {"lease", lease->id, lease->created_at, lease->task_id});
    if (index != kNoTask)
      tasks[static_cast<std::size_t>(index)].leases.push_back({lease->created_at, values.id(lease->agent_id), lease});
  }
}

void ProjectView::add_task_facts() {
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const auto index = static_cast<TaskIndex>(i);
    const auto& task = tasks[i];
    const auto& intervals = task.timeline.intervals();
    creations.push_back({task.timeline.created_at(), index});
    if (const auto first = task.timeline.first_entry(TaskState::integrated)) first_completions.push_back(*first);
    for (std::size_t k = 0; k < intervals.size(); ++k) {
      const auto& interval = intervals[k];
      active_hours.push_back(bucket_start(Grain::hour, interval.start));
      if (interval.end == kNever) continue;
      const auto* ended_by = intervals[k + 1].event;
      if (interval.state == TaskState::integrated) add_reopening(index, interval, ended_by);
      if (interval.state == TaskState::blocked)
        block_ends.push_back({interval.end, index, interval.end - interval.start, interval.event, ended_by});
    }
    if (!task.completed_at) continue;
    Completion completion{*task.completed_at, index, *task.completed_at - task.timeline.created_at(), {}, {}};
    if (task.claimed_at) completion.cycle = *task.completed_at - *task.claimed_at;
    completions.push_back(completion);
  }
  sort_by_instant(creations);
  sort_by_instant(completions);
  sort_by_instant(reopenings);
  sort_by_instant(block_ends);
  std::sort(first_completions.begin(), first_completions.end());
  std::sort(active_hours.begin(), active_hours.end());
  active_hours.erase(std::unique(active_hours.begin(), active_hours.end()), active_hours.end());
}

void ProjectView::add_reopening(TaskIndex index, const StateInterval& completed, const TaskEventSource* event) {
  reopenings.push_back({completed.end, index, event});
  if (exclusions_ == nullptr || completed.event == nullptr) return;
  exclude({"event_log", completed.event->id, completed.start, task(index).source->id}, reasons::kReopened,
          "left integrated at " + format_instant(completed.end));
  exclusions_->back().kind = CandidateKind::completion;
}

void ProjectView::add_dependencies(const ProjectSources& sources) {
  for (const auto& edge : sources.edges) {
    const Candidate row{"dependency_edge", edge.id, edge.created_at, edge.to_task_id};
    if (!is_known(row)) continue;
    // The task it belongs to first, and only that one where both are missing: a part of the project is read by it, so
    // what becomes of the other is not seen.
    const TaskIndex to = require_task(edge.to_task_id, row);
    if (to == kNoTask) continue;
    const TaskIndex from = require_task(edge.from_task_id, row);
    if (from == kNoTask) continue;
    const auto unlock =
        edge.unlock_on == "implemented" ? Dependency::Unlock::implemented : Dependency::Unlock::integrated;
    dependencies.push_back({edge.created_at, from, to, unlock, &edge});
  }
}

void ProjectView::add_milestones(const ProjectSources& sources) {
  if (!knows(SourceComponent::schedule_reliability)) return;
  struct Progress {
    bool all_finished = true;
    std::optional<Instant> last_completion;
  };
  std::map<Uuid, Progress> progress;
  for (const auto& [id, last_completion] : settled_.milestones) progress[id].last_completion = last_completion;
  for (const auto& task : tasks) {
    if (!task.source->milestone_id) continue;
    auto& p = progress[*task.source->milestone_id];
    p.all_finished = p.all_finished && !is_open(task.timeline.current());
    if (task.completed_at)
      p.last_completion = std::max(p.last_completion.value_or(*task.completed_at), *task.completed_at);
  }
  const auto known = [&](std::optional<Instant> t) { return t && *t <= as_of() ? t : std::nullopt; };
  for (const auto& milestone : sources.milestones) {
    const auto planned = known(milestone.planned_completion);
    if (milestone.planned_completion && !planned)
      exclude({"milestone", milestone.id, *milestone.planned_completion, std::nullopt}, reasons::kAfterAsOf);
    if (!planned) continue;
    auto actual = known(milestone.actual_completion);
    const auto found = progress.find(milestone.id);
    if (!actual && found != progress.end() && found->second.all_finished) actual = found->second.last_completion;
    Micros duration = milestone.planned_start ? *planned - *milestone.planned_start : Micros{0};
    if (duration <= Micros{0}) duration = kWeek;
    const bool on_time = actual && 10 * std::chrono::abs(*actual - *planned) <= duration;
    milestones.push_back({*planned, on_time, actual, &milestone});
  }
  std::sort(milestones.begin(), milestones.end(),
            [](auto& a, auto& b) { return std::tie(a.at, a.on_time) < std::tie(b.at, b.on_time); });
}

}  // namespace tidemark::compute
