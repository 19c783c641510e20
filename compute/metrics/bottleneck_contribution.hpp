// bottleneck_contribution (rolling): where the time of the completed tasks went. Spec: delivery metrics, section 3.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "compute/splits.hpp"

namespace tidemark::compute {

struct StageShare {
  std::string_view stage;
  double pct;  // 0..100
};
// Largest first; ties: queue, implementation, review, integration. nullopt: no time in any stage.
std::optional<std::vector<StageShare>> stage_shares(const ProjectView& view, const Stages& sum);
Stages stages_completed(const ProjectView& view, const Window& window);

}  // namespace tidemark::compute
