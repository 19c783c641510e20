// wip (level): tasks in progress and their ages. Spec: delivery metrics, section 3.
#pragma once

#include "compute/levels.hpp"

namespace tidemark::compute {

std::vector<Stretch> wip_stretches(const ProjectView& view);
// total_count, avg / p50 / p85 age in hours since the stretch began, aging_buckets (lower bounds inclusive).
Point wip_point(const Bucket& bucket, std::span<const Stretch* const> held);

}  // namespace tidemark::compute
