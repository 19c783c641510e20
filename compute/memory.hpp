// What a finished run hands to the next one, so that the next needs neither the settled tasks' rows nor the buckets
// that cannot have changed. Spec: jobs, "Incremental refresh", rules 3 and 5.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>

#include "compute/project_view.hpp"
#include "contracts/project_memory.hpp"

namespace tidemark::compute {

// The instants of the rows that name a task.
struct Span {
  Instant first = kNever;
  Instant last = Instant::min();
};

using Spans = std::unordered_map<Uuid, Span>;

// Calls use(task id, instant) for each row of the sources and each task that it names; an integration attempt has two
// instants.
template <typename Use>
void for_each_instant(const ProjectSources& sources, Use&& use) {
  for (const auto& task : sources.tasks) use(task.id, task.created_at);
  for (const auto& event : sources.events)
    if (event.task_id) use(*event.task_id, event.created_at);
  for (const auto& lease : sources.leases) use(lease.task_id, lease.created_at);
  for (const auto& decision : sources.decisions)
    if (decision.task_id) use(*decision.task_id, decision.created_at);
  for (const auto& link : sources.links) {
    use(link.candidate_task_id, link.created_at);
    use(link.gate_task_id, link.created_at);
  }
  for (const auto& attempt : sources.attempts) {
    use(attempt.task_id, attempt.started_at);
    if (attempt.ended_at) use(attempt.task_id, *attempt.ended_at);
  }
  for (const auto& edge : sources.edges) {
    use(edge.to_task_id, edge.created_at);
    use(edge.from_task_id, edge.created_at);
  }
}

// Of every task that a row names, whether it is there or not.
Spans spans_of(const ProjectSources& sources);

// Hash of what metrics use of the task itself: its attributes, and the state in which it was created, which its first
// transition tells. 16 hex digits.
std::string attributes_hash(const ProjectView& view, const TaskSource& task);

// How the milestones stand whose planned completion has come. Ascending.
std::vector<MilestoneStanding> standings_of(const ProjectView& view);

// The earliest instant that a recomputation of the buckets that end after `t` looks at: the windows of its week and
// month, and the seven days of a rolling one.
Instant earliest_needed(Instant t);

// `view` is of `sources`. `earlier`: what the run built on; nullptr: on nothing.
ProjectMemory remember(const ProjectView& view, const ProjectSources& sources, const ProjectMemory* earlier = nullptr);

}  // namespace tidemark::compute
