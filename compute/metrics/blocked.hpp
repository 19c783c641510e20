// blocked (level): the share of the work in progress that is blocked, for how long and why.
// Spec: delivery metrics, section 3.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "compute/levels.hpp"

namespace tidemark::compute {

// The interval's reason as a dimension value; "unassigned" where the blocking event gave none.
std::string block_reason(const StateInterval& interval);

// How many of the stretches are blocked for each reason, every one by its name: by count, then reason.
using ReasonCount = std::pair<std::string, std::int64_t>;
std::vector<ReasonCount> blocked_by_reason(std::span<const Stretch* const> held);

// The state intervals in WIP, each a stretch of its own. The blocked ones among them are what the metric counts.
std::vector<Stretch> wip_intervals(const ProjectView& view);
// ratio, count, avg / p90 / max blocked hours, reasons [{reason, count}] by count, then reason.
Point blocked_point(const Bucket& bucket, std::span<const Stretch* const> held);

}  // namespace tidemark::compute
