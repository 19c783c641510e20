#include "compute/memory.hpp"

#include <algorithm>

#include "contracts/bucket.hpp"

namespace tidemark::compute {
namespace {

// How far back a change may reach without the project being computed whole: most tasks that are taken up or reopened
// were created or completed within it. And how far the boundary may fall behind before it is moved: each move counts
// the tasks it passes as settled and writes their timelines.
constexpr Micros kReach = 14 * kDay;
constexpr Micros kBoundaryStep = kWeek;

Instant boundary_after(Instant before, Instant as_of) {
  const Instant newest = earliest_needed(as_of - kReach);
  return before == Instant::min() || newest - before >= kBoundaryStep ? newest : before;
}

// When nothing of the task will change by itself any more; nullopt: not yet.
std::vector<std::optional<Instant>> settling_instants(const ProjectView& view, const Spans& spans) {
  std::vector<std::optional<Instant>> settled(view.tasks.size());
  for (std::size_t i = 0; i < view.tasks.size(); ++i) {
    const auto& timeline = view.tasks[i].timeline;
    const Instant last = std::max(spans.at(view.tasks[i].source->id).last, timeline.intervals().back().start);
    if (!is_open(timeline.current()) && last <= view.as_of()) settled[i] = last;
  }
  for (const auto& streak : view.streaks)
    if (streak.end == kNever) settled[static_cast<std::size_t>(streak.task)] = std::nullopt;
  for (const auto& stay : view.queue_stays)
    if (stay.end == kNever) settled[static_cast<std::size_t>(stay.task)] = std::nullopt;
  return settled;
}

void settle(SettledTasks& settled, const TaskView& task) {
  ++settled.by_state[static_cast<std::size_t>(task.timeline.current())];
  if (task.timeline.first_entry(TaskState::integrated)) ++settled.completed;
  settled.first_fact = std::min(settled.first_fact, task.timeline.created_at());
  if (!task.source->milestone_id) return;
  auto& last = settled.milestones[*task.source->milestone_id];
  if (task.completed_at) last = std::max(last.value_or(*task.completed_at), *task.completed_at);
}

// The facts that no longer will be read: of settled tasks, and the project's own before the boundary.
void settle_facts(SettledTasks& settled, const ProjectView& view, const std::vector<bool>& is_settled) {
  const auto of_settled = [&](TaskIndex task) { return is_settled[static_cast<std::size_t>(task)]; };
  const auto pass = [&](Instant at) { settled.first_fact = std::min(settled.first_fact, at); };
  for (const auto& decision : view.decisions)
    if (decision.task == kNoTask ? decision.at < settled.before : of_settled(decision.task)) pass(decision.at);
  for (const auto& attempt : view.attempts)
    if (of_settled(attempt.task)) pass(attempt.at);
  for (const auto& stay : view.queue_stays)
    if (of_settled(stay.task)) pass(stay.start);
  for (const auto& artifact : view.artifacts)
    if (artifact.at < settled.before) pass(artifact.at);
  for (const auto& change : view.changes)
    if (change.at < settled.before) pass(change.at);
}

// The earliest instant after the as-of of a row whose task is not there: then it is reported, and no task's change
// tells of it.
std::optional<Instant> first_stray(const ProjectView& view, const ProjectSources& sources,
                                   std::optional<Instant> known) {
  auto first = known && *known > view.as_of() ? known : std::nullopt;
  const auto consider = [&](Instant at) {
    if (at > view.as_of() && (!first || at < *first)) first = at;
  };
  for_each_instant(sources, [&](const Uuid& task, Instant at) {
    if (at > view.as_of() && view.find_source(task) == nullptr) consider(at);
  });
  for (const auto& event : sources.events)
    if (!event.task_id) consider(event.created_at);
  return first;
}

}  // namespace

Spans spans_of(const ProjectSources& sources) {
  Spans spans;
  spans.reserve(sources.tasks.size());
  for_each_instant(sources, [&](const Uuid& task, Instant at) {
    auto& span = spans[task];
    span.first = std::min(span.first, at);
    span.last = std::max(span.last, at);
  });
  return spans;
}

std::string attributes_hash(const ProjectView& view, const TaskSource& task) {
  const auto* here = view.find(task.id);
  std::string text{to_string(here == nullptr ? TaskState::backlog : here->timeline.intervals().front().state)};
  text += '\0';
  const auto add = [&](std::string_view part) { (text += part) += '\0'; };
  const auto add_optional = [&](const std::optional<std::string>& part) {
    add(part ? "+" : "-");
    if (part) add(*part);
  };
  add(task.short_id);
  add(task.title);
  add_optional(task.phase);
  add_optional(task.milestone);
  add(task.milestone_id ? to_string(*task.milestone_id) : "");
  add(task.priority ? std::to_string(*task.priority) : "");
  add_optional(task.task_class);
  add(std::to_string(task.created_at.time_since_epoch().count()));
  for (const auto& tag : task.capability_tags) add(tag);
  return sha256_hex(text, 16);
}

std::vector<MilestoneStanding> standings_of(const ProjectView& view) {
  std::vector<MilestoneStanding> standings;
  for (const auto& milestone : view.milestones)
    standings.push_back({milestone.source->id, milestone.at, milestone.on_time, milestone.actual});
  std::sort(standings.begin(), standings.end());
  return standings;
}

Instant earliest_needed(Instant t) {
  return std::min({bucket_start(Grain::month, t), bucket_start(Grain::week, t), t - kWeek});
}

ProjectMemory remember(const ProjectView& view, const ProjectSources& sources, const ProjectMemory* earlier) {
  const auto spans = spans_of(sources);
  const auto settling = settling_instants(view, spans);
  ProjectMemory memory;
  memory.as_of = view.as_of();
  memory.settled = view.settled();
  memory.settled.before = boundary_after(view.settled().before, view.as_of());
  memory.settled.dependencies = view.settled().dependencies || !view.dependencies.empty();
  std::unordered_map<Uuid, const TaskTimeline*> referred;  // as they are: not all of their rows were read
  if (earlier != nullptr)
    for (const auto& task : earlier->tasks)
      if (std::binary_search(sources.referred.begin(), sources.referred.end(), task.task_id))
        referred.emplace(task.task_id, &task);
  std::vector<bool> is_settled(view.tasks.size());
  for (std::size_t i = 0; i < view.tasks.size(); ++i) {
    const auto& source = *view.tasks[i].source;
    const auto known = referred.find(source.id);
    is_settled[i] = known != referred.end() || (settling[i] && *settling[i] < memory.settled.before);
    if (is_settled[i]) settle(memory.settled, view.tasks[i]);
    memory.tasks.push_back(known != referred.end() ? *known->second
                                                   : TaskTimeline{source.id, spans.at(source.id).first, settling[i],
                                                                  !is_settled[i], attributes_hash(view, source)});
  }
  for (const auto& source : sources.tasks)
    if (source.created_at > view.as_of())
      memory.tasks.push_back({source.id, spans.at(source.id).first, std::nullopt, true, attributes_hash(view, source)});
  std::sort(memory.tasks.begin(), memory.tasks.end(), [](auto& a, auto& b) { return a.task_id < b.task_id; });
  settle_facts(memory.settled, view, is_settled);
  memory.standings = standings_of(view);
  memory.whole_from = first_stray(view, sources, earlier == nullptr ? std::nullopt : earlier->whole_from);
  return memory;
}

}  // namespace tidemark::compute
