// replan_churn (event, plan_change_set.applied_at): change sets applied. Spec: delivery metrics, section 3.
#include "compute/event_points.hpp"
#include "compute/metric_list.hpp"
#include "compute/splits.hpp"

namespace tidemark::compute {

Point points::replan_churn(const AggregateState& state, std::optional<std::int64_t>) {
  const auto count = state.count("n");
  Point point{static_cast<double>(count), {}};
  point.json.add("change_sets", count)
      .add("operations", state.count("operations"))
      .add("estimate_hours_delta", from_fixed_point(state.sum("estimate_hours_delta")))
      .add_json("state", state.stored_form());
  return point;
}

void metrics::replan_churn(const ProjectView& view, RowSink& sink) {
  const auto make_point = [](const Bucket&, std::span<const AppliedChange* const> changes) {
    AggregateState state;
    state.counts["n"] = static_cast<std::int64_t>(changes.size());
    auto& operations = state.counts["operations"];
    auto& delta = state.sums["estimate_hours_delta"];
    for (const auto* change : changes) {
      operations += change->source->operations;
      delta = exact_sum(delta, fixed_point(change->source->estimate_hours_delta.value_or(0)));
    }
    return points::replan_churn(state, std::nullopt);
  };
  sink.follows(Combination::sum, {CandidateKind::change_set});
  emit_events<AppliedChange>(view, sink, "replan_churn", view.changes, {}, Formula{make_point, adds_one(view)});
}

}  // namespace tidemark::compute
