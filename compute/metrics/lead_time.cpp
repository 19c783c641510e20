// lead_time (event, completed_at): from created to completed. Spec: delivery metrics, section 3.
#include "compute/durations.hpp"
#include "compute/event_points.hpp"
#include "compute/metric_list.hpp"
#include "compute/splits.hpp"
#include "compute/task_detail.hpp"

namespace tidemark::compute {

Point points::lead_time(const AggregateState& state, std::optional<std::int64_t>) {
  return duration_point(some_durations_in(state));
}

void metrics::lead_time(const ProjectView& view, RowSink& sink) {
  const auto make_point = [](const Bucket&, std::span<const Completion* const> facts) {
    SortedMicros values;
    for (const auto* fact : facts) values.push_back(fact->lead.count());
    return duration_point(Durations{std::move(values)});
  };
  const auto explain = [&](Trace& trace, const Completion& fact) {
    trace.include(evidence_of(view, fact), to_minutes(fact.lead), "created " + format_instant(fact.at - fact.lead));
  };
  sink.follows(Combination::median, {CandidateKind::task, CandidateKind::transition, CandidateKind::completion});
  emit_events<Completion>(view, sink, "lead_time", view.completions, task_splits<Completion>(),
                          Formula{make_point, explain});
  for (const auto& fact : view.completions)
    sink.detail("lead_time", "task", view.task(fact.task).source->id, bucket_start(Grain::day, fact.at),
                [&] { return task_payload(view, fact.task, to_minutes(fact.lead), fact.at); });
}

}  // namespace tidemark::compute
