// cycle_time (event, completed_at): from claimed to completed; tasks never claimed are left out.
// Spec: delivery metrics, section 3.
#include "compute/durations.hpp"
#include "compute/event_points.hpp"
#include "compute/metric_list.hpp"
#include "compute/splits.hpp"
#include "compute/task_detail.hpp"

namespace tidemark::compute {

Point points::cycle_time(const AggregateState& state, std::optional<std::int64_t>) {
  return duration_point(some_durations_in(state));
}

void metrics::cycle_time(const ProjectView& view, RowSink& sink) {
  std::vector<Completion> claimed;
  for (const auto& fact : view.completions) {
    if (fact.cycle)
      claimed.push_back(fact);
    else
      sink.leave_out(fact.at, reasons::kNeverClaimed, [&] { return evidence_of(view, fact); });
  }
  const auto make_point = [](const Bucket&, std::span<const Completion* const> facts) {
    SortedMicros values;
    for (const auto* fact : facts) values.push_back(fact->cycle->count());
    return duration_point(Durations{std::move(values)});
  };
  const auto explain = [&](Trace& trace, const Completion& fact) {
    trace.include(evidence_of_cycle(view, fact), to_minutes(*fact.cycle),
                  "claimed " + format_instant(fact.at - *fact.cycle));
  };
  sink.follows(Combination::median, {CandidateKind::task, CandidateKind::transition, CandidateKind::completion});
  emit_events<Completion>(view, sink, "cycle_time", claimed, task_splits<Completion>(), Formula{make_point, explain});
  for (const auto& fact : claimed)
    sink.detail("cycle_time", "task", view.task(fact.task).source->id, bucket_start(Grain::day, fact.at),
                [&] { return task_payload(view, fact.task, to_minutes(*fact.cycle), fact.at); });
}

}  // namespace tidemark::compute
