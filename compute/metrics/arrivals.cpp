// arrivals (event, created_at): tasks created. Spec: delivery metrics, section 3.
#include "compute/metric_list.hpp"
#include "compute/splits.hpp"
#include "contracts/aggregate_state.hpp"

namespace tidemark::compute::metrics {

void arrivals(const ProjectView& view, RowSink& sink) {
  const auto make_point = [&](const Bucket&, std::span<const Creation* const> facts) {
    AggregateState state;
    state.counts["n"] = static_cast<std::int64_t>(facts.size());
    std::map<std::string, std::int64_t> by_class;
    for (const auto* fact : facts) ++by_class[view.value(view.task(fact->task).task_class)];
    JsonObject classes;
    for (const auto& [name, count] : by_class) classes.add(name, count);
    Point point{static_cast<double>(facts.size()), {}};
    point.json.add("count", facts.size()).add("by_class", classes).add_json("state", state.stored_form());
    return point;
  };
  sink.follows(Combination::sum, {CandidateKind::task});
  emit_events<Creation>(view, sink, "arrivals", view.creations, {}, Formula{make_point, adds_one(view)});
}

}  // namespace tidemark::compute::metrics
