// throughput (event, completed_at): completed tasks, by priority band. Spec: delivery metrics, section 3.
#include "compute/metric_list.hpp"
#include "compute/splits.hpp"
#include "contracts/aggregate_state.hpp"

namespace tidemark::compute::metrics {

void throughput(const ProjectView& view, RowSink& sink) {
  const auto make_point = [&](const Bucket&, std::span<const Completion* const> facts) {
    AggregateState state;
    state.counts["n"] = static_cast<std::int64_t>(facts.size());
    for (const auto* fact : facts) ++state.counts[view.value(view.task(fact->task).priority)];
    JsonObject by_priority;
    for (const auto& [name, count] : state.counts)
      if (name != "n") by_priority.add(name, count);
    Point point{static_cast<double>(facts.size()), {}};
    point.json.add("tasks_integrated", facts.size())
        .add("by_priority", by_priority)
        .add_json("state", state.stored_form());
    return point;
  };
  sink.follows(Combination::sum, {CandidateKind::task, CandidateKind::transition, CandidateKind::completion});
  emit_events<Completion>(view, sink, "throughput", view.completions, task_splits<Completion>(),
                          Formula{make_point, adds_one(view)});
}

}  // namespace tidemark::compute::metrics
