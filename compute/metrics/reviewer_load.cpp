// reviewer_load (event, gate_decision.created_at): decisions, in all and per reviewer. Spec: delivery metrics,
// section 3.
#include "compute/event_points.hpp"
#include "compute/metric_list.hpp"
#include "compute/metrics/gate_latency.hpp"

namespace tidemark::compute {
namespace {

// Queued links; with a reviewer only those whose gate task is assigned to that reviewer at the bucket's end.
std::optional<std::int64_t> open_queue(const ProjectView& view, Instant cutoff, std::optional<ValueId> reviewer) {
  if (!view.knows(SourceComponent::gate_queue) || (reviewer && !view.knows(SourceComponent::assignees)))
    return std::nullopt;
  return std::count_if(view.queue_stays.begin(), view.queue_stays.end(), [&](const QueueStay& stay) {
    if (stay.start >= cutoff || stay.end < cutoff) return false;
    if (!reviewer) return true;
    return stay.gate_task != kNoTask && view.task(stay.gate_task).assignee_at(cutoff - Micros{1}) == *reviewer;
  });
}

Point make_point(const ProjectView& view, const Bucket& bucket, std::span<const Decision* const> decisions,
                 std::optional<ValueId> reviewer) {
  AggregateState state;
  state.counts["n"] = static_cast<std::int64_t>(decisions.size());
  state.counts["re_reviews"] =
      std::count_if(decisions.begin(), decisions.end(), [](auto* decision) { return decision->re_review; });
  auto& latencies = state.distributions["latency"];
  for (const auto* decision : decisions)
    if (decision->latency) latencies.add(decision->latency->count());
  return points::reviewer_load(state, open_queue(view, bucket.window.cutoff, reviewer));
}

}  // namespace

Point points::reviewer_load(const AggregateState& state, std::optional<std::int64_t> open_queue) {
  const auto decisions = state.count("n");
  const Distribution& latencies = state.distribution("latency");
  Point point{static_cast<double>(decisions), {}};
  point.json.add("decisions", decisions).add("re_review_rate", ratio(state.count("re_reviews"), decisions));
  if (latencies.count() > 0) point.json.add("avg_latency_minutes", in_unit(latencies.mean(), Unit::minutes));
  point.json.add("open_queue", open_queue).add_json("state", state.stored_form());
  return point;
}

void metrics::reviewer_load(const ProjectView& view, RowSink& sink) {
  const auto make_total = [&](const Bucket& bucket, std::span<const Decision* const> decisions) {
    return make_point(view, bucket, decisions, std::nullopt);
  };
  sink.follows(Combination::sum, {CandidateKind::decision});
  emit_events<Decision>(view, sink, "reviewer_load", view.decisions, {}, Formula{make_total, adds_one(view)});
  for_each_reviewer_day(view, [&](const Bucket& day, ValueId reviewer, std::span<const Decision* const> decisions) {
    explain_reviewer(view, sink.tracing(day, "reviewer"), reviewer, decisions);
    sink.part("reviewer_load", day, {"reviewer", view.value(reviewer)}, Tables::breakdown,
              make_point(view, day, decisions, reviewer));
  });
}

}  // namespace tidemark::compute
