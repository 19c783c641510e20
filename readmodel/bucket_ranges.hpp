// Ranges of stored buckets as a statement takes them: one array each of metrics, grains, first starts and ends.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contracts/retention.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

// From where on: Instant::min() is before all that can be stored.
Param first_bucket(Instant from);

class BucketRanges {
 public:
  void add(std::string_view metric, Grain grain, const std::vector<BucketRange>& ranges);
  // $1 project, $2 metrics, $3 grains, $4 from, $5 to
  Params params(const Uuid& project_id) const { return {project_id, metrics_, grains_, from_, to_}; }

 private:
  std::vector<std::string> metrics_;
  std::vector<Grain> grains_;
  std::vector<Param> from_, to_;
};

}  // namespace tidemark::readmodel
