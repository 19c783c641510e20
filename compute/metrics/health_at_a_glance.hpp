// health_at_a_glance (rolling): the weakest of the scores. Spec: delivery metrics, section 3.
#pragma once

#include <string_view>

#include "compute/splits.hpp"

namespace tidemark::compute {

struct Health {
  double score;                         // 0..100
  std::string_view limiting_component;  // the metric key of the weakest; quality_gate_score for the artifact checks
  std::string_view status() const;      // green >= 70, yellow >= 50, red
};

// The minimum of the defined scores; ties: the first of DPI, FES, IRS, QGS. nullopt: none is defined.
std::optional<Health> weakest(std::optional<double> dpi, std::optional<double> fes, std::optional<double> irs,
                              std::optional<double> qgs);
// 100 * passed / (passed + failed) of the artifacts created in the window.
std::optional<double> quality_gate_score(const ProjectView& view, const Window& window, Trace* trace = nullptr);
// Parts: those of the scores, flow_efficiency_score and quality_gate_score (1 where passed).
std::optional<Health> health(const ProjectView& view, const Window& window, Trace* trace = nullptr);

}  // namespace tidemark::compute
