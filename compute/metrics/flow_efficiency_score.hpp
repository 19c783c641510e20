// flow_efficiency_score (rolling): how much of the tasks' time in the window was active work.
// Spec: delivery metrics, section 3.
#pragma once

#include "compute/splits.hpp"

namespace tidemark::compute {

// Classified time inside a window.
struct FlowTimes {
  Micros active{0};
  Micros queued{0};
  Micros review{0};
  Micros blocked{0};
  Micros sum() const { return active + queued + review + blocked; }
  std::optional<double> score() const;                 // 100 * active / sum; nullopt where there is no time
  std::optional<double> share_pct(Micros part) const;  // of the sum
  FlowTimes& operator+=(const FlowTimes& other);
};
FlowTimes task_flow_times(const Timeline& timeline, const Window& window);
FlowTimes flow_times(const ProjectView& view, const Window& window);
// Notes each task's share of the score, and the tasks without time in the window.
void explain_flow(const ProjectView& view, Trace& trace, const Window& window);

}  // namespace tidemark::compute
