// rework (event, instant of leaving integrated): tasks reopened, and their share of the tasks that had been completed
// by the bucket's end. Spec: delivery metrics, section 3.
#include <algorithm>

#include "compute/event_points.hpp"
#include "compute/metric_list.hpp"
#include "compute/splits.hpp"
#include "compute/statistics.hpp"

namespace tidemark::compute {

Point points::rework(const AggregateState& state, std::optional<std::int64_t> completed_before) {
  const auto reopened = state.count("n");
  Point point{static_cast<double>(reopened), {}};
  point.json.add("tasks_reopened", reopened).add("completed_before", completed_before);
  if (completed_before) point.json.add("share", ratio(reopened, *completed_before));
  point.json.add_json("state", state.stored_form());
  return point;
}

void metrics::rework(const ProjectView& view, RowSink& sink) {
  const auto make_point = [&](const Bucket& bucket, std::span<const Reopening* const> facts) {
    const auto& completed = view.first_completions;
    const auto before =
        view.settled().completed +
        (std::lower_bound(completed.begin(), completed.end(), bucket.window.cutoff) - completed.begin());
    AggregateState state;
    state.counts["n"] = static_cast<std::int64_t>(facts.size());
    return points::rework(state, before);
  };
  sink.follows(Combination::sum, {CandidateKind::task, CandidateKind::transition});
  emit_events<Reopening>(view, sink, "rework", view.reopenings, {}, Formula{make_point, adds_one(view)});
}

}  // namespace tidemark::compute
