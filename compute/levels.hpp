// Stretches of time in which tasks count in a level, and the ages of what holds at a bucket's end.
// Spec: delivery metrics, section 1 ("Derived per task") and 3.
#pragma once

#include <concepts>

#include "compute/durations.hpp"
#include "compute/splits.hpp"
#include "compute/task_detail.hpp"

namespace tidemark::compute {

// The stretches in which `counts(state)` holds without a break; a state entered and left in one instant ends one.
// Ascending by start.
template <std::predicate<TaskState> Counts>
std::vector<Stretch> unbroken_stretches(const ProjectView& view, Counts&& counts) {
  std::vector<Stretch> stretches;
  for (std::size_t i = 0; i < view.tasks.size(); ++i) {
    const StateInterval* first = nullptr;
    for (const auto& interval : view.tasks[i].timeline.intervals()) {
      if (!counts(interval.state)) {
        first = nullptr;
      } else if (first == nullptr) {
        first = &interval;
        stretches.push_back({interval.start, interval.end, static_cast<TaskIndex>(i), first});
      } else {
        stretches.back().end = interval.end;
      }
    }
  }
  std::sort(stretches.begin(), stretches.end(),
            [](const Stretch& a, const Stretch& b) { return std::tie(a.start, a.task) < std::tie(b.start, b.task); });
  return stretches;
}

// How long each stretch has lasted at the bucket's end. Ascending.
SortedMicros ages_at(const Bucket& bucket, std::span<const Stretch* const> held);

// The drilldown of an age: every task whose stretch lasts at the as-of. `extend(task, age, payload)` may add fields.
// Values: hours.
template <typename Extend>
void emit_ages(const ProjectView& view, RowSink& sink, std::string_view metric, const std::vector<Stretch>& stretches,
               Extend&& extend) {
  for (const auto& stretch : stretches) {
    if (stretch.end != kNever) continue;
    sink.detail(metric, "task", view.task(stretch.task).source->id, std::nullopt, [&] {
      const Micros age = view.as_of() - stretch.start;
      JsonObject payload = task_payload(view, stretch.task, to_hours(age), stretch.start);
      payload.add("since", format_instant(stretch.start));
      extend(stretch.task, age, payload);
      return payload;
    });
  }
}

}  // namespace tidemark::compute
