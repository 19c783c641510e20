#include "compute/task_detail.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace tidemark::compute {
namespace {

struct Factor {
  std::string_view name;
  double impact;  // 0..1
  std::string description;
};

// Each stage's share of the task's elapsed time, largest first; stages without time are left out.
std::vector<Factor> contributing_factors(const ProjectView& view, TaskIndex index) {
  const TaskView& task = view.task(index);
  const Instant end = view.elapsed_until(index);
  const auto elapsed = static_cast<double>((end - task.timeline.created_at()).count());
  const Stages stages = view.stages_so_far(index);
  const Micros blocked = task.timeline.time_in(StateClass::blocked, end);

  std::vector<Factor> factors;
  const auto add_share = [&](std::string_view name, Micros part, std::string_view of) {
    if (part <= Micros{0} || elapsed <= 0) return;
    const double share = std::min(1.0, static_cast<double>(part.count()) / elapsed);
    factors.push_back(
        {name, share, std::to_string(std::lround(share * 100)) + " % of the elapsed time " + std::string{of}});
  };
  add_share("queue_time", stages.queue, "before anybody worked on it");
  add_share("implementation_time", stages.implementation, "in implementation");
  add_share("review_wait_time", stages.review, "waiting for review");
  add_share("integration_wait_time", stages.integration, "waiting for integration");
  add_share("blocked_time", blocked, "blocked");
  if (const int retries = view.retries(index); retries > 0)
    factors.push_back(
        {"integration_retries", static_cast<double>(retries) / (retries + 1),
         std::to_string(retries) + (retries == 1 ? " further integration attempt" : " further integration attempts")});
  std::stable_sort(factors.begin(), factors.end(), [](auto& a, auto& b) { return a.impact > b.impact; });
  return factors;
}

}  // namespace

JsonObject task_context(const ProjectView& view, TaskIndex index) {
  const TaskView& task = view.task(index);
  JsonObject context;
  if (view.knows(SourceComponent::phases)) context.add("phase", view.value(task.phase));
  if (view.knows(SourceComponent::milestones)) context.add("milestone", view.value(task.milestone));
  if (view.knows(SourceComponent::assignees)) context.add("assignee", view.value(task.assignee_at(view.as_of())));
  context.add("state", to_string(task.timeline.current()));
  context.add("task_class", view.value(task.task_class));
  return context;
}

JsonObject task_payload(const ProjectView& view, TaskIndex index, double value, Instant timestamp) {
  const TaskSource& source = *view.task(index).source;
  std::vector<std::string> factors;
  for (const auto& factor : contributing_factors(view, index)) {
    JsonObject json;
    json.add("factor", factor.name).add("impact", factor.impact).add("description", factor.description);
    factors.push_back(json.text());
  }
  JsonObject payload;
  payload.add("value", value)
      .add("timestamp", format_instant(timestamp))
      .add("task_id", source.short_id)
      .add("task_title", source.title)
      .add("context", task_context(view, index))
      .add_json("contributing_factors", array_text(factors));
  return payload;
}

}  // namespace tidemark::compute
