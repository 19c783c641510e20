#include "compute/metrics/health_at_a_glance.hpp"

#include "compute/metric_list.hpp"
#include "compute/metrics/delivery_predictability_index.hpp"
#include "compute/metrics/flow_efficiency_score.hpp"
#include "compute/metrics/integration_reliability_score.hpp"
#include "compute/statistics.hpp"

namespace tidemark::compute {

std::string_view Health::status() const { return score >= 70 ? "green" : score >= 50 ? "yellow" : "red"; }

std::optional<Health> weakest(std::optional<double> dpi, std::optional<double> fes, std::optional<double> irs,
                              std::optional<double> qgs) {
  std::optional<Health> result;
  const auto consider = [&](std::optional<double> score, std::string_view component) {
    if (score && (!result || *score < result->score)) result = Health{*score, component};
  };
  consider(dpi, "delivery_predictability_index");
  consider(fes, "flow_efficiency_score");
  consider(irs, "integration_reliability_score");
  consider(qgs, "quality_gate_score");
  return result;
}

namespace {

void explain_check(const ProjectView& view, Trace& trace, const ArtifactCheck& check) {
  if (check.status == CheckStatus::pending) return trace.leave_out(evidence_of(view, check), reasons::kChecksPending);
  const bool passed = check.status == CheckStatus::passed;
  trace.include(evidence_of(view, check), passed ? 1 : 0, passed ? "passed" : "failed", "quality_gate_score");
}

}  // namespace

std::optional<double> quality_gate_score(const ProjectView& view, const Window& window, Trace* trace) {
  std::int64_t passed = 0;
  std::int64_t failed = 0;
  for (const auto& check : in_window(view.artifacts, window)) {
    if (check.status == CheckStatus::passed) ++passed;
    if (check.status == CheckStatus::failed) ++failed;
    if (trace != nullptr) explain_check(view, *trace, check);
  }
  const auto share = ratio(passed, passed + failed);
  return share ? std::optional{100 * *share} : std::nullopt;
}

std::optional<Health> health(const ProjectView& view, const Window& window, Trace* trace) {
  if (trace != nullptr) explain_flow(view, *trace, window);
  return weakest(delivery_predictability(view, window, trace).score(), flow_times(view, window).score(),
                 integration_reliability(view, window, trace).score(), quality_gate_score(view, window, trace));
}

void metrics::health_at_a_glance(const ProjectView& view, RowSink& sink) {
  sink.follows(Combination::score, {CandidateKind::task, CandidateKind::transition, CandidateKind::completion,
                                    CandidateKind::milestone, CandidateKind::attempt, CandidateKind::artifact});
  emit_rolling(view, sink, "health_at_a_glance",
               [&](const Bucket&, const Window& window, Trace* trace) -> std::optional<Point> {
                 const auto result = health(view, window, trace);
                 if (!result) return std::nullopt;
                 Point point{result->score, {}};
                 point.json.add("value", result->score).add("status", result->status());
                 point.json.add("limiting_component", result->limiting_component)
                     .add("quality_gate_score", quality_gate_score(view, window));
                 return point;
               });
}

}  // namespace tidemark::compute
