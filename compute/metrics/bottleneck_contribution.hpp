// bottleneck_contribution (rolling): where the time of the completed tasks went. Spec: delivery metrics, section 3.
#pragma once

#include <array>
#include <string_view>

#include "compute/splits.hpp"

namespace tidemark::compute {

struct StageShare {
  std::string_view stage;
  double pct;  // 0..100
};
// Largest first; ties: queue, implementation, review, integration. nullopt: no time in any stage.
std::optional<std::array<StageShare, 4>> stage_shares(const Stages& sum);
Stages stages_completed(const ProjectView& view, const Window& window);

}  // namespace tidemark::compute
