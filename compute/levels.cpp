#include "compute/levels.hpp"

namespace tidemark::compute {

SortedMicros ages_at(const Bucket& bucket, std::span<const Stretch* const> held) {
  SortedMicros ages;
  ages.reserve(held.size());
  for (const auto* stretch : held) ages.push_back((bucket.window.end - stretch->start).count());
  std::sort(ages.begin(), ages.end());
  return ages;
}

}  // namespace tidemark::compute
