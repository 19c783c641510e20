#include "compute/evidence.hpp"

#include <algorithm>

#include "compute/splits.hpp"
#include "contracts/json_text.hpp"

namespace tidemark::compute {
namespace {

Evidence of_task(const TaskSource& task, Instant at) { return {{}, at, to_string(task.id), task.short_id, task.title}; }

// What the task entered the interval by: an event, its first lease, or its creation.
SourceRow row_of(const TaskView& task, const StateInterval& interval) {
  if (interval.event != nullptr) return {"event_log", std::to_string(interval.event->id)};
  const bool created = &interval == task.timeline.intervals().data();
  if (created || task.leases.empty()) return {"task", to_string(task.source->id)};
  return {"lease", task.leases.front().lease->id};
}

SourceRow row_of(const TaskEventSource* event, const TaskView& task) {
  if (event == nullptr) return {"task", to_string(task.source->id)};
  return {"event_log", std::to_string(event->id)};
}

std::string number_note(double value) { return number_text(round_decimal(value, 1)); }

}  // namespace

std::string hours_note(Micros duration) { return number_note(to_hours(duration)) + " h"; }
std::string minutes_note(Micros duration) { return number_note(to_minutes(duration)) + " min"; }

Evidence evidence_of(const ProjectView& view, const Creation& fact) {
  const TaskSource& task = *view.task(fact.task).source;
  auto evidence = of_task(task, fact.at);
  evidence.rows.push_back({"task", to_string(task.id)});
  return evidence;
}

Evidence evidence_of(const ProjectView& view, const Completion& fact) {
  const TaskView& task = view.task(fact.task);
  auto evidence = of_task(*task.source, fact.at);
  evidence.rows.push_back(row_of(task, task.timeline.intervals().back()));
  if (evidence.rows.front().source != "task") evidence.rows.push_back({"task", to_string(task.source->id)});
  return evidence;
}

Evidence evidence_of_cycle(const ProjectView& view, const Completion& fact) {
  auto evidence = evidence_of(view, fact);
  const TaskView& task = view.task(fact.task);
  for (const auto& interval : task.timeline.intervals()) {
    if (class_of(interval.state) != StateClass::active) continue;
    evidence.rows.push_back(row_of(task, interval));
    break;
  }
  return evidence;
}

Evidence evidence_of(const ProjectView& view, const Reopening& fact) {
  const TaskView& task = view.task(fact.task);
  auto evidence = of_task(*task.source, fact.at);
  evidence.rows.push_back(row_of(fact.event, task));
  return evidence;
}

Evidence evidence_of(const ProjectView& view, const BlockEnd& fact) {
  const TaskView& task = view.task(fact.task);
  auto evidence = of_task(*task.source, fact.at);
  evidence.rows = {row_of(fact.ended_by, task), row_of(fact.begun_by, task)};
  return evidence;
}

Evidence evidence_of(const ProjectView& view, const Decision& fact) {
  Evidence evidence{{}, fact.at, {}, {}, {}};
  evidence.rows.push_back({"gate_decision", to_string(fact.source->id)});
  if (fact.task == kNoTask) return evidence;
  const TaskView& task = view.task(fact.task);
  auto named = of_task(*task.source, fact.at);
  named.rows = std::move(evidence.rows);
  if (fact.link != nullptr) named.rows.push_back({"gate_candidate_link", fact.link->id});
  if (fact.link != nullptr || !fact.latency) return named;
  for (const auto& interval : task.timeline.intervals())
    if (interval.state == TaskState::implemented && interval.start == fact.at - *fact.latency) {
      named.rows.push_back(row_of(task, interval));
      break;
    }
  return named;
}

Evidence evidence_of(const ProjectView& view, const Attempt& fact) {
  auto evidence = of_task(*view.task(fact.task).source, fact.at);
  evidence.rows.push_back({"integration_attempt", to_string(fact.source->id)});
  return evidence;
}

Evidence evidence_of(const ProjectView& view, const Streak& fact) {
  auto evidence = of_task(*view.task(fact.task).source, fact.begin);
  evidence.rows.push_back({"integration_attempt", to_string(fact.first->id)});
  if (fact.ended_by != nullptr) {
    evidence.at = fact.end;
    evidence.rows.push_back({"integration_attempt", to_string(fact.ended_by->id)});
  }
  return evidence;
}

Evidence evidence_of(const ProjectView&, const MilestoneOutcome& fact) {
  return {{{"milestone", to_string(fact.source->id)}}, fact.at, {}, fact.source->name, {}};
}

Evidence evidence_of(const ProjectView& view, const ArtifactCheck& fact) {
  const auto* task = fact.source->task_id ? view.find_source(*fact.source->task_id) : nullptr;
  auto evidence = task == nullptr ? Evidence{{}, fact.at, {}, {}, {}} : of_task(*task, fact.at);
  evidence.rows.push_back({"artifact", fact.source->id});
  return evidence;
}

Evidence evidence_of(const ProjectView&, const AppliedChange& fact) {
  return {{{"plan_change_set", fact.source->id}}, fact.at, {}, {}, {}};
}

Evidence evidence_of(const ProjectView& view, const Stretch& fact) {
  const TaskView& task = view.task(fact.task);
  auto evidence = of_task(*task.source, fact.start);
  evidence.rows.push_back(row_of(task, *fact.interval));
  return evidence;
}

Evidence evidence_of(const ProjectView& view, TaskIndex index, const StateInterval& interval) {
  const TaskView& task = view.task(index);
  auto evidence = of_task(*task.source, interval.start);
  evidence.rows.push_back(row_of(task, interval));
  return evidence;
}

void leave_out_unheld(const ProjectView& view, Trace& trace, std::vector<TaskIndex> held, Instant cutoff) {
  std::sort(held.begin(), held.end());
  for (std::size_t i = 0; i < view.tasks.size(); ++i) {
    const auto index = static_cast<TaskIndex>(i);
    const auto* interval = view.task(index).timeline.at(cutoff);
    if (interval == nullptr || std::binary_search(held.begin(), held.end(), index)) continue;
    trace.leave_out(evidence_of(view, index, *interval), reasons::kOtherState,
                    "in " + std::string{to_string(interval->state)});
  }
}

}  // namespace tidemark::compute
