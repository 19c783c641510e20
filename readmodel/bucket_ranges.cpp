#include "readmodel/bucket_ranges.hpp"

namespace tidemark::readmodel {
namespace {

// Outside what an instant of the server can be.
constexpr const char* kEarliest = "-infinity";
constexpr const char* kLatest = "infinity";

}  // namespace

Param first_bucket(Instant from) { return from == Instant::min() ? Param{kEarliest} : Param{from}; }

void BucketRanges::add(std::string_view metric, Grain grain, const std::vector<BucketRange>& ranges) {
  for (const auto& range : ranges) {
    metrics_.emplace_back(metric);
    grains_.push_back(grain);
    from_.push_back(first_bucket(range.from));
    to_.push_back(range.to ? Param{*range.to} : Param{kLatest});
  }
}

}  // namespace tidemark::readmodel
