#include "compute/metrics/backlog.hpp"

#include "compute/metric_list.hpp"
#include "compute/risk.hpp"

namespace tidemark::compute {

std::vector<Stretch> backlog_stretches(const ProjectView& view) {
  return unbroken_stretches(view, [](TaskState state) { return state == TaskState::implemented; });
}

Point backlog_point(const ProjectView& view, const Bucket& bucket, std::span<const Stretch* const> held) {
  const SortedMicros ages = ages_at(bucket, held);
  std::vector<double> risks;
  for (const auto* stretch : held)
    risks.push_back(integration_risk(bucket.window.end - stretch->start, view.task(stretch->task).band));
  std::sort(risks.begin(), risks.end());  // the sum's rounding must not depend on the order of the tasks
  Point point{static_cast<double>(held.size()), {}};
  point.json.add("implemented_not_integrated", held.size()).add("sample_size", held.size());
  if (!ages.empty()) {
    double sum = 0;
    for (const double risk : risks) sum += risk;
    point.json.add("avg_age_hours", in_unit(*mean(ages), Unit::hours));
    point.json.add("max_risk_score", risks.back()).add("avg_risk_score", sum / static_cast<double>(risks.size()));
  }
  add_percentile(point.json, "p50_age_hours", ages, 0.5, Unit::hours);
  add_percentile(point.json, "p90_age_hours", ages, 0.9, Unit::hours);
  return point;
}

void metrics::backlog(const ProjectView& view, RowSink& sink) {
  const auto stretches = backlog_stretches(view);
  const auto make_point = [&](const Bucket& bucket, std::span<const Stretch* const> held) {
    return backlog_point(view, bucket, held);
  };
  const auto explain = [&](Trace& trace, const Stretch& stretch) {
    trace.include(evidence_of(view, stretch), 1, "implemented for " + hours_note(trace.end() - stretch.start));
  };
  sink.follows(Combination::sum, {CandidateKind::task, CandidateKind::transition});
  emit_levels(view, sink, "backlog", stretches, task_splits<Stretch>(), Formula{make_point, explain});
  emit_ages(view, sink, "backlog", stretches, [&](TaskIndex task, Micros age, JsonObject& payload) {
    payload.add("risk_score", integration_risk(age, view.task(task).band));
  });
}

}  // namespace tidemark::compute
