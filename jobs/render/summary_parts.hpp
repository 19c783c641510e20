// The three blocks of the summary screen, one per object of the summary's `metrics`.
#pragma once

#include "jobs/render/fields.hpp"
#include "jobs/render/line.hpp"

namespace tidemark::render {

Block north_star_block(const Json& north_star, const Terminal& terminal);
Block operational_block(const Json& operational, const Terminal& terminal);
// The states' bars at the left, the bottleneck's and the block reasons' at the right.
Block distribution_block(const Json& metrics, const Terminal& terminal);
Block actions_block(const Json& actionability, const Terminal& terminal);

}  // namespace tidemark::render
