// Delta debugging: makes failing steps few.
#pragma once

#include <functional>

#include "property/steps.hpp"

namespace tidemark::tests {

// Leaves out ever smaller pieces of the steps, and the crashes of refreshes, as long as what is left still fails, and
// tries at most `tries` times. Requires: `steps` fail.
Steps shrink(Steps steps, const std::function<bool(const Steps&)>& fails, int tries);

}  // namespace tidemark::tests
