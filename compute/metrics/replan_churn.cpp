// replan_churn (event, plan_change_set.applied_at): change sets applied. Spec: delivery metrics, section 3.
#include "compute/metric_list.hpp"
#include "compute/splits.hpp"
#include "contracts/aggregate_state.hpp"

namespace tidemark::compute::metrics {

void replan_churn(const ProjectView& view, RowSink& sink) {
  const auto make_point = [](const Bucket&, std::span<const AppliedChange* const> changes) {
    AggregateState state;
    state.counts["n"] = static_cast<std::int64_t>(changes.size());
    std::vector<double> deltas;
    for (const auto* change : changes) {
      state.counts["operations"] += change->source->operations;
      if (change->source->estimate_hours_delta) deltas.push_back(*change->source->estimate_hours_delta);
    }
    std::sort(deltas.begin(), deltas.end());  // the sum's rounding must not depend on the order of the rows
    double delta = 0;
    for (const double d : deltas) delta += d;
    Point point{static_cast<double>(changes.size()), {}};
    point.json.add("change_sets", changes.size())
        .add("operations", state.counts["operations"])
        .add("estimate_hours_delta", delta);
    point.json.add_json("state", state.stored_form());
    return point;
  };
  sink.follows(Combination::sum, {CandidateKind::change_set});
  emit_events<AppliedChange>(view, sink, "replan_churn", view.changes, {}, Formula{make_point, adds_one(view)});
}

}  // namespace tidemark::compute::metrics
