#include "compute/metrics/state_distribution.hpp"

#include <array>

#include "compute/metric_list.hpp"

namespace tidemark::compute {
namespace {

std::array<std::int64_t, kTaskStateCount> count_states(const ProjectView& view, std::span<const Stretch* const> held) {
  auto counts = view.settled().by_state;
  for (const auto* stretch : held) ++counts[static_cast<std::size_t>(stretch->interval->state)];
  return counts;
}

void explain(const ProjectView& view, Trace& trace, std::span<const Stretch* const> held) {
  for (const auto* stretch : held) {
    const auto state = stretch->interval->state;
    const std::string name{to_string(state)};
    if (trace.is_by("state") ? trace.is_value(name) : is_open(state))
      trace.include(evidence_of(view, *stretch), 1, name + " for " + hours_note(trace.end() - stretch->start));
    else
      trace.leave_out(evidence_of(view, *stretch), reasons::kOtherState, "in " + name);
  }
}

}  // namespace

std::vector<Stretch> all_intervals(const ProjectView& view) {
  std::vector<Stretch> stretches;
  for (std::size_t i = 0; i < view.tasks.size(); ++i)
    for (const auto& interval : view.tasks[i].timeline.intervals())
      if (interval.end > interval.start)
        stretches.push_back({interval.start, interval.end, static_cast<TaskIndex>(i), &interval});
  std::sort(stretches.begin(), stretches.end(),
            [](auto& a, auto& b) { return std::tie(a.start, a.task) < std::tie(b.start, b.task); });
  return stretches;
}

Point state_distribution_point(const ProjectView& view, std::span<const Stretch* const> held) {
  const auto counts = count_states(view, held);
  std::int64_t open = 0;
  std::int64_t wip = 0;
  JsonObject by_state;
  for (std::size_t i = 0; i < kTaskStateCount; ++i) {
    const auto state = static_cast<TaskState>(i);
    by_state.add(to_string(state), counts[i]);
    if (is_open(state)) open += counts[i];
    if (is_wip(state)) wip += counts[i];
  }
  Point point{static_cast<double>(open), {}};
  point.json.add("by_state", by_state).add("wip_count", wip).add("count", open);
  return point;
}

void metrics::state_distribution(const ProjectView& view, RowSink& sink) {
  const auto intervals = all_intervals(view);
  sink.follows(Combination::sum, {CandidateKind::task, CandidateKind::transition});
  for (const Grain grain : kGrains) {
    for_each_level(intervals, level_buckets(view, grain, view.active_hours),
                   [&](const Bucket& bucket, std::span<const Stretch* const> held) {
                     sink.total("state_distribution", bucket, state_distribution_point(view, held));
                     if (Trace* trace = sink.tracing(bucket)) explain(view, *trace, held);
                     if (grain == Grain::hour) return;
                     const auto counts = count_states(view, held);
                     for (std::size_t i = 0; i < kTaskStateCount; ++i) {
                       if (counts[i] == 0) continue;
                       Point point{static_cast<double>(counts[i]), {}};
                       point.json.add("count", counts[i]);
                       sink.part("state_distribution", bucket, {"state", std::string{kTaskStateNames[i]}},
                                 Tables::trend_and_breakdown, std::move(point));
                     }
                   });
  }
}

}  // namespace tidemark::compute
