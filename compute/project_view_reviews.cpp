// The part of ProjectView that deals with gates, integration attempts and the stages they bound.
#include <algorithm>
#include <set>
#include <tuple>

#include "compute/project_view.hpp"

namespace tidemark::compute {
namespace {

template <typename Part>
Micros part(std::optional<Part> from, std::optional<Part> to) {
  if (!from || !to) return Micros{0};
  return std::max(Micros{0}, std::chrono::duration_cast<Micros>(*to - *from));
}

bool passes(GateOutcome outcome) { return outcome != GateOutcome::rejected; }

// The first of the ascending instants that lies in [from, until].
std::optional<Instant> first_of(const std::vector<Instant>& instants, Instant from, Instant until) {
  const auto found = std::lower_bound(instants.begin(), instants.end(), from);
  return found != instants.end() && *found <= until ? std::optional{*found} : std::nullopt;
}

}  // namespace

void ProjectView::add_decisions(const ProjectSources& sources) {
  links_.resize(tasks.size());
  approvals_.resize(tasks.size());
  std::vector<const GateLinkSource*> links;
  for (const auto& link : sources.links)
    if (is_known({"gate_candidate_link", link.id, link.created_at, link.candidate_task_id})) links.push_back(&link);
  std::sort(links.begin(), links.end(),
            [](auto* a, auto* b) { return std::tie(a->created_at, a->id) < std::tie(b->created_at, b->id); });
  for (const auto* link : links) {
    const TaskIndex task = require_task(link->candidate_task_id,
                                        {"gate_candidate_link", link->id, link->created_at, link->candidate_task_id});
    if (task != kNoTask) links_[static_cast<std::size_t>(task)].push_back(link);
  }

  std::vector<const GateDecisionSource*> sorted;
  for (const auto& decision : sources.decisions)
    if (is_known({"gate_decision", decision.id, decision.created_at, decision.task_id})) sorted.push_back(&decision);
  std::sort(sorted.begin(), sorted.end(),
            [](auto* a, auto* b) { return std::tie(a->created_at, a->id) < std::tie(b->created_at, b->id); });
  std::set<std::pair<TaskIndex, Uuid>> reviewed;
  for (const auto* source : sorted) {
    TaskIndex task = kNoTask;
    if (source->task_id) {
      task = require_task(*source->task_id, {"gate_decision", source->id, source->created_at, source->task_id});
      if (task == kNoTask) continue;
    }
    Decision decision{source->created_at,          task,  source, {}, values.id(source->gate_type),
                      values.id(source->actor_id), false, nullptr};
    if (task != kNoTask) {
      const auto index = static_cast<std::size_t>(task);
      const auto& of_task = links_[index];
      const auto after = std::partition_point(of_task.begin(), of_task.end(),
                                              [&](auto* link) { return link->created_at <= source->created_at; });
      std::optional<Instant> submitted;
      if (after != of_task.begin()) decision.link = *std::prev(after);
      if (decision.link != nullptr)
        submitted = decision.link->created_at;
      else
        submitted = tasks[index].timeline.last_entry(TaskState::implemented, source->created_at);
      if (submitted) decision.latency = source->created_at - *submitted;
      decision.re_review = !reviewed.emplace(task, source->gate_rule_id).second;
      if (passes(source->outcome)) approvals_[index].push_back(source->created_at);
    }
    decisions.push_back(decision);
  }
}

void ProjectView::add_queue_stays() {
  if (!knows(SourceComponent::gate_queue)) return;
  std::vector<std::vector<Instant>> decided(tasks.size());
  for (const auto& decision : decisions)
    if (decision.task != kNoTask) decided[static_cast<std::size_t>(decision.task)].push_back(decision.at);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const auto& of_task = links_[i];
    for (std::size_t k = 0; k < of_task.size(); ++k) {
      const Instant start = of_task[k]->created_at;
      const auto decision = std::lower_bound(decided[i].begin(), decided[i].end(), start);
      Instant end = decision == decided[i].end() ? kNever : *decision;
      // Only the newest link counts: an older one's stay ends where the next begins.
      if (k + 1 < of_task.size()) end = std::min(end, of_task[k + 1]->created_at);
      if (end <= start) continue;
      TaskIndex gate_task = kNoTask;
      find_task(of_task[k]->gate_task_id, gate_task);
      queue_stays.push_back({start, end, static_cast<TaskIndex>(i), gate_task});
    }
  }
  std::sort(queue_stays.begin(), queue_stays.end(),
            [](auto& a, auto& b) { return std::tie(a.start, a.task) < std::tie(b.start, b.task); });
}

void ProjectView::add_attempts(const ProjectSources& sources) {
  attempt_counts_.resize(tasks.size());
  std::vector<std::vector<Attempt>> per_task(tasks.size());
  for (const auto& source : sources.attempts) {
    const Instant at = source.ended_at.value_or(source.started_at);
    const Candidate row{"integration_attempt", source.id, at, source.task_id};
    if (!is_known(row)) continue;
    const TaskIndex task = require_task(source.task_id, row);
    if (task != kNoTask) per_task[static_cast<std::size_t>(task)].push_back({at, task, &source, 0, {}});
  }
  for (auto& of_task : per_task) {
    std::sort(of_task.begin(), of_task.end(), [](auto& a, auto& b) {
      return std::tie(a.source->started_at, a.source->id) < std::tie(b.source->started_at, b.source->id);
    });
    for (std::size_t k = 0; k < of_task.size(); ++k) of_task[k].number = static_cast<int>(k) + 1;
    std::vector<Attempt*> by_end;
    for (auto& attempt : of_task) by_end.push_back(&attempt);
    std::sort(by_end.begin(), by_end.end(),
              [](auto* a, auto* b) { return std::tie(a->at, a->source->id) < std::tie(b->at, b->source->id); });
    if (of_task.empty()) continue;
    attempt_counts_[static_cast<std::size_t>(of_task.front().task)] = static_cast<int>(of_task.size());
    add_streaks(of_task.front().task, by_end);
    attempts.insert(attempts.end(), of_task.begin(), of_task.end());
  }
  std::sort(attempts.begin(), attempts.end(),
            [](auto& a, auto& b) { return std::tie(a.at, a.source->id) < std::tie(b.at, b.source->id); });
  std::sort(streaks.begin(), streaks.end(),
            [](auto& a, auto& b) { return std::tie(a.begin, a.end) < std::tie(b.begin, b.end); });
}

void ProjectView::add_streaks(TaskIndex task, std::span<Attempt* const> by_end) {
  const auto dropped_after = [&](Instant begin) {
    for (const auto& interval : tasks[static_cast<std::size_t>(task)].timeline.intervals())
      if (class_of(interval.state) == StateClass::dropped && interval.end > begin)
        return std::max(interval.start, begin);
    return kNever;
  };
  const Attempt* first = nullptr;
  const auto end_uncounted = [&](Instant end) {
    streaks.push_back({first->at, end, false, task, first->source, nullptr});
  };
  for (auto* attempt : by_end) {
    if (first != nullptr && dropped_after(first->at) <= attempt->at) {
      end_uncounted(dropped_after(first->at));
      first = nullptr;
    }
    if (attempt->source->result != AttemptResult::success) {
      if (first == nullptr) first = attempt;
    } else if (first != nullptr) {
      attempt->streak_before_success = attempt->at - first->at;
      streaks.push_back({first->at, attempt->at, true, task, first->source, attempt->source});
      first = nullptr;
    }
  }
  if (first != nullptr) end_uncounted(dropped_after(first->at));
}

Stages ProjectView::stages_until(const TaskView& task, TaskIndex index, Instant until) const {
  Stages stages;
  const auto ready = task.timeline.first_entry(TaskState::ready);
  stages.queue = part<Instant>(ready ? *ready : task.timeline.created_at(), task.claimed_at);
  const auto implemented = task.timeline.last_entry(TaskState::implemented, until);
  stages.implementation = part(task.claimed_at, implemented);
  if (!implemented) return stages;
  const auto approval = first_of(approvals_[static_cast<std::size_t>(index)], *implemented, until);
  if (approval) stages.review = *approval - *implemented;
  stages.integration = until - approval.value_or(*implemented);
  return stages;
}

void ProjectView::add_completion_stages() {
  for (auto& completion : completions)
    completion.stages = stages_until(task(completion.task), completion.task, completion.at);
}

Instant ProjectView::elapsed_until(TaskIndex index) const {
  const Timeline& timeline = task(index).timeline;
  return is_open(timeline.current()) ? as_of() : timeline.intervals().back().start;
}

Stages ProjectView::stages_so_far(TaskIndex index) const {
  const auto& of = task(index);
  const Instant until = elapsed_until(index);
  Stages stages = stages_until(of, index, until);
  if (of.timeline.current() == TaskState::integrated) return stages;
  // What lasts, or lasted when the task was dropped, has no end of its own: the queue of a task that nobody claimed,
  // the work on one that is not implemented, and the review of one that nobody approved.
  const auto implemented = of.timeline.last_entry(TaskState::implemented, until);
  if (!implemented && !of.claimed_at)
    stages.queue = until - of.timeline.first_entry(TaskState::ready).value_or(of.timeline.created_at());
  else if (!implemented)
    stages.implementation = until - *of.claimed_at;
  else if (knows(SourceComponent::gates) && !first_of(approvals_[static_cast<std::size_t>(index)], *implemented, until))
    std::swap(stages.review, stages.integration);
  return stages;
}

int ProjectView::retries(TaskIndex index) const {
  return std::max(0, attempt_counts_[static_cast<std::size_t>(index)] - 1);
}

}  // namespace tidemark::compute
