// rework (event, instant of leaving integrated): tasks reopened, and their share of the tasks that had been completed
// by the bucket's end. Spec: delivery metrics, section 3.
#include <algorithm>

#include "compute/metric_list.hpp"
#include "compute/splits.hpp"
#include "compute/statistics.hpp"
#include "contracts/aggregate_state.hpp"

namespace tidemark::compute::metrics {

void rework(const ProjectView& view, RowSink& sink) {
  const auto make_point = [&](const Bucket& bucket, std::span<const Reopening* const> facts) {
    const auto& completed = view.first_completions;
    const auto before =
        view.settled().completed +
        (std::lower_bound(completed.begin(), completed.end(), bucket.window.cutoff) - completed.begin());
    AggregateState state;
    state.counts["n"] = static_cast<std::int64_t>(facts.size());
    Point point{static_cast<double>(facts.size()), {}};
    point.json.add("tasks_reopened", facts.size())
        .add("completed_before", before)
        .add("share", ratio(static_cast<std::int64_t>(facts.size()), before))
        .add_json("state", state.stored_form());
    return point;
  };
  sink.follows(Combination::sum, {CandidateKind::task, CandidateKind::transition});
  emit_events<Reopening>(view, sink, "rework", view.reopenings, {}, Formula{make_point, adds_one(view)});
}

}  // namespace tidemark::compute::metrics
