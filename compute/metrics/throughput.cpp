// throughput (event, completed_at): completed tasks, by priority band. Spec: delivery metrics, section 3.
#include "compute/event_points.hpp"
#include "compute/metric_list.hpp"
#include "compute/splits.hpp"

namespace tidemark::compute {

Point points::throughput(const AggregateState& state, std::optional<std::int64_t>) {
  const auto count = state.count("n");
  Point point{static_cast<double>(count), {}};
  point.json.add("tasks_integrated", count)
      .add_json("by_priority", counts_text(state.group("priority")))
      .add_json("state", state.stored_form());
  return point;
}

void metrics::throughput(const ProjectView& view, RowSink& sink) {
  const auto make_point = [&](const Bucket&, std::span<const Completion* const> facts) {
    AggregateState state;
    state.counts["n"] = static_cast<std::int64_t>(facts.size());
    auto& by_priority = state.groups["priority"];
    for (const auto* fact : facts) ++by_priority[view.value(view.task(fact->task).priority)];
    return points::throughput(state, std::nullopt);
  };
  sink.follows(Combination::sum, {CandidateKind::task, CandidateKind::transition, CandidateKind::completion});
  emit_events<Completion>(view, sink, "throughput", view.completions, task_splits<Completion>(),
                          Formula{make_point, adds_one(view)});
}

}  // namespace tidemark::compute
