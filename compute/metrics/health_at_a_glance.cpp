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

std::optional<double> quality_gate_score(const ProjectView& view, const Window& window) {
  std::int64_t passed = 0;
  std::int64_t failed = 0;
  for (const auto& check : in_window(view.artifacts, window)) {
    if (check.status == CheckStatus::passed) ++passed;
    if (check.status == CheckStatus::failed) ++failed;
  }
  const auto share = ratio(passed, passed + failed);
  return share ? std::optional{100 * *share} : std::nullopt;
}

std::optional<Health> health(const ProjectView& view, const Window& window) {
  return weakest(delivery_predictability(view, window).score(), flow_times(view, window).score(),
                 integration_reliability(view, window).score(), quality_gate_score(view, window));
}

void metrics::health_at_a_glance(const ProjectView& view, RowSink& sink) {
  emit_rolling(view, sink, "health_at_a_glance", [&](const Bucket&, const Window& window) -> std::optional<Point> {
    const auto result = health(view, window);
    if (!result) return std::nullopt;
    Point point{result->score, {}};
    point.json.add("value", result->score).add("status", result->status());
    point.json.add("limiting_component", result->limiting_component)
        .add("quality_gate_score", quality_gate_score(view, window));
    return point;
  });
}

}  // namespace tidemark::compute
