// active_value_delivery_rate (rolling): weighted completed tasks per day. Spec: delivery metrics, section 3.
#pragma once

#include <array>

#include "compute/splits.hpp"

namespace tidemark::compute {

// Completed tasks by priority band.
using BandCounts = std::array<std::int64_t, 4>;
// P0 4, P1 2, P2 1, P3 0.5, divided by the days.
double value_rate(const BandCounts& completed, double days);
BandCounts completed_by_band(const ProjectView& view, const Window& window);

}  // namespace tidemark::compute
