// state_distribution (level): open tasks, and how many tasks are in every state. Spec: delivery metrics, section 3.
#pragma once

#include "compute/levels.hpp"

namespace tidemark::compute {

// Every state interval of every task.
std::vector<Stretch> all_intervals(const ProjectView& view);
// by_state for every state, wip_count. The value is the number of open tasks.
Point state_distribution_point(const ProjectView& view, std::span<const Stretch* const> held);

}  // namespace tidemark::compute
