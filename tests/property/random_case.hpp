// Random steps: the histories of a few projects in the order in which they arrive, split into batches of several
// writers, changed and corrected in between, and refreshed at instants that mostly ascend.
#pragma once

#include <cstdint>

#include "property/steps.hpp"

namespace tidemark::tests {

enum class Changes {
  any,        // every source row may be changed, deleted, or move to another project
  of_events,  // after the first refresh nothing comes but events: what the watermark alone has to find
};

// The same seed gives the same steps on every platform.
Steps random_case(std::uint64_t seed, Changes changes);

}  // namespace tidemark::tests
