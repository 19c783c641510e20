// arrivals (event, created_at): tasks created. Spec: delivery metrics, section 3.
#include "compute/event_points.hpp"
#include "compute/metric_list.hpp"
#include "compute/splits.hpp"

namespace tidemark::compute {

Point points::arrivals(const AggregateState& state, std::optional<std::int64_t>) {
  const auto count = state.count("n");
  Point point{static_cast<double>(count), {}};
  point.json.add("count", count)
      .add_json("by_class", counts_text(state.group("class")))
      .add_json("state", state.stored_form());
  return point;
}

void metrics::arrivals(const ProjectView& view, RowSink& sink) {
  const auto make_point = [&](const Bucket&, std::span<const Creation* const> facts) {
    AggregateState state;
    state.counts["n"] = static_cast<std::int64_t>(facts.size());
    auto& by_class = state.groups["class"];
    for (const auto* fact : facts) ++by_class[view.value(view.task(fact->task).task_class)];
    return points::arrivals(state, std::nullopt);
  };
  sink.follows(Combination::sum, {CandidateKind::task});
  emit_events<Creation>(view, sink, "arrivals", view.creations, {}, Formula{make_point, adds_one(view)});
}

}  // namespace tidemark::compute
