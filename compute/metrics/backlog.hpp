// backlog (level): tasks implemented and not integrated, their ages and risk. Spec: delivery metrics, section 3.
#pragma once

#include "compute/levels.hpp"

namespace tidemark::compute {

std::vector<Stretch> backlog_stretches(const ProjectView& view);
// implemented_not_integrated, avg / p50 / p90 age in hours since implemented_at, max and avg risk score.
Point backlog_point(const ProjectView& view, const Bucket& bucket, std::span<const Stretch* const> held);

}  // namespace tidemark::compute
