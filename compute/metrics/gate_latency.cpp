#include "compute/metrics/gate_latency.hpp"

#include "compute/event_points.hpp"
#include "compute/metric_list.hpp"
#include "compute/task_detail.hpp"

namespace tidemark::compute {

Micros gate_sla(std::string_view gate_type) {
  if (gate_type == "code_review") return 24 * kHour;
  if (gate_type == "security_review") return 48 * kHour;
  if (gate_type == "integration_approval") return 12 * kHour;
  return 48 * kHour;
}

std::optional<std::int64_t> gate_queue_length(const ProjectView& view, Instant cutoff) {
  if (!view.knows(SourceComponent::gate_queue)) return std::nullopt;
  return std::count_if(view.queue_stays.begin(), view.queue_stays.end(),
                       [&](const QueueStay& stay) { return stay.start < cutoff && stay.end >= cutoff; });
}

std::optional<double> GateFigures::avg_latency_minutes() const {
  const auto average = latencies.mean();
  return average ? std::optional{in_unit(*average, Unit::minutes)} : std::nullopt;
}
std::optional<double> GateFigures::sla_breach_rate() const {
  if (!sla_known) return std::nullopt;
  return ratio(breached, latencies.count());
}
std::optional<double> GateFigures::pass_rate() const { return ratio(passed, decisions); }

GateFigures gate_figures(const ProjectView& view, std::span<const Decision* const> decisions) {
  GateFigures figures;
  figures.decisions = static_cast<std::int64_t>(decisions.size());
  figures.sla_known = view.knows(SourceComponent::gate_types);
  SortedMicros latencies;
  for (const auto* decision : decisions) {
    if (decision->source->outcome != GateOutcome::rejected) ++figures.passed;
    if (!decision->latency) continue;
    latencies.push_back(decision->latency->count());
    if (figures.sla_known && *decision->latency > gate_sla(view.value(decision->gate_type))) ++figures.breached;
  }
  figures.latencies = Durations{std::move(latencies)};
  return figures;
}

GateFigures gate_figures(const AggregateState& state) {
  GateFigures figures;
  figures.decisions = state.count("decisions");
  figures.passed = state.count("passed");
  figures.sla_known = state.counts.contains("breached");
  if (figures.sla_known) figures.breached = state.count("breached");
  figures.latencies = durations_in(state);
  return figures;
}

void explain_reviewer(const ProjectView& view, Trace* trace, ValueId reviewer,
                      std::span<const Decision* const> decisions) {
  if (trace == nullptr) return;
  trace->combine_by(Combination::sum);
  explain_value(view, *trace, view.value(reviewer), decisions, adds_one(view));
}

namespace {

Point make_point(const GateFigures& figures) {
  AggregateState state = duration_state(figures.latencies);
  state.counts["decisions"] = figures.decisions;
  state.counts["passed"] = figures.passed;
  if (figures.sla_known) state.counts["breached"] = figures.breached;
  Point point{figures.avg_latency_minutes(), {}};
  auto& json = point.json;
  json.add("avg_latency_minutes", point.value);
  add_percentile(json, "p50_minutes", figures.latencies, 0.5);
  add_percentile(json, "p90_minutes", figures.latencies, 0.9);
  json.add("sla_breach_rate", figures.sla_breach_rate()).add("pass_rate", figures.pass_rate());
  json.add("decisions", figures.decisions).add("sample_size", figures.latencies.count());
  add_accuracy(json, figures.latencies);
  json.add_json("state", state.stored_form());
  return point;
}

Point make_queued_point(const GateFigures& figures, std::optional<std::int64_t> queue_length) {
  Point point = make_point(figures);
  add_interval(point.json, mean_interval(figures.latencies.state()), static_cast<double>(kMinute.count()));
  point.json.add("queue_length", queue_length);
  return point;
}

std::string_view outcome_name(GateOutcome outcome) {
  switch (outcome) {
    case GateOutcome::approved: return "approved";
    case GateOutcome::rejected: return "rejected";
    case GateOutcome::approved_with_risk: return "approved_with_risk";
  }
  return "";
}

JsonObject decision_payload(const ProjectView& view, const Decision& decision) {
  JsonObject payload;
  payload.add("value", to_minutes(*decision.latency)).add("timestamp", format_instant(decision.at));
  if (view.knows(SourceComponent::gate_types)) payload.add("gate_type", view.value(decision.gate_type));
  payload.add("reviewer", view.value(decision.reviewer));
  payload.add("outcome", outcome_name(decision.source->outcome));
  const TaskSource& task = *view.task(decision.task).source;
  payload.add("task_id", task.short_id).add("task_title", task.title).add("context", task_context(view, decision.task));
  payload.add_json("contributing_factors", "[]");
  return payload;
}

}  // namespace

Point points::gate_latency(const AggregateState& state, std::optional<std::int64_t> queue_length) {
  return make_queued_point(gate_figures(state), queue_length);
}

void metrics::gate_latency(const ProjectView& view, RowSink& sink) {
  const std::vector<Split<Decision>> splits{
      {"gate_type", Tables::trend_and_breakdown,
       [](auto&, auto& d, Instant, auto& out) { out.push_back(d.gate_type); }},
  };
  const auto make_total = [&](const Bucket& bucket, std::span<const Decision* const> decisions) {
    return make_queued_point(gate_figures(view, decisions), gate_queue_length(view, bucket.window.cutoff));
  };
  const auto explain = [&](Trace& trace, const Decision& decision) {
    if (decision.latency)
      trace.include(evidence_of(view, decision), to_minutes(*decision.latency),
                    std::string{outcome_name(decision.source->outcome)} + " by " + view.value(decision.reviewer));
    else
      trace.leave_out(evidence_of(view, decision), reasons::kNoSubmission);
  };
  sink.follows(Combination::mean, {CandidateKind::decision});
  emit_events<Decision>(view, sink, "gate_latency", view.decisions, splits, Formula{make_total, explain});
  // By reviewer: splits only the numerator, so the value is the count, which has no confidence interval.
  for_each_reviewer_day(view, [&](const Bucket& day, ValueId reviewer, std::span<const Decision* const> decisions) {
    Point point = make_point(gate_figures(view, decisions));
    point.value = static_cast<double>(decisions.size());
    explain_reviewer(view, sink.tracing(day, "reviewer"), reviewer, decisions);
    sink.part("gate_latency", day, {"reviewer", view.value(reviewer)}, Tables::breakdown, std::move(point));
  });
  for (const auto& decision : view.decisions)
    if (decision.latency)
      sink.detail("gate_latency", "gate_decision", decision.source->id, bucket_start(Grain::day, decision.at),
                  [&] { return decision_payload(view, decision); });
}

}  // namespace tidemark::compute
