// reviewer_load (event, gate_decision.created_at): decisions, in all and per reviewer. Spec: delivery metrics,
// section 3.
#include "compute/metric_list.hpp"
#include "compute/metrics/gate_latency.hpp"
#include "contracts/aggregate_state.hpp"

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
  const auto count = static_cast<std::int64_t>(decisions.size());
  const auto re_reviews = std::count_if(decisions.begin(), decisions.end(), [](auto* d) { return d->re_review; });
  state.counts["n"] = count;
  state.counts["re_reviews"] = re_reviews;
  SortedMicros latencies;
  for (const auto* decision : decisions)
    if (decision->latency) latencies.push_back(decision->latency->count());
  std::sort(latencies.begin(), latencies.end());
  auto& distribution = state.distributions["latency"];
  for (const auto latency : latencies) distribution.add(latency);
  Point point{static_cast<double>(count), {}};
  point.json.add("decisions", count).add("re_review_rate", ratio(re_reviews, count));
  if (!latencies.empty()) point.json.add("avg_latency_minutes", in_unit(*mean(latencies), Unit::minutes));
  point.json.add("open_queue", open_queue(view, bucket.window.cutoff, reviewer)).add_json("state", state.stored_form());
  return point;
}

}  // namespace

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
