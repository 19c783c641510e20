// A project's points and entities bucket by bucket: what stands in the three tables under one metric, grain and bucket
// comes together, so that no more than a bucket is in memory.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "jobs/conformance/stored_point.hpp"

namespace tidemark::conformance {

struct BucketRows {
  std::string metric_key;
  const Metric* metric = nullptr;  // nullptr: not in the catalogue
  std::optional<Grain> grain;      // of a drilldown row: day
  std::optional<Instant> bucket;   // nullopt: the current state
  std::vector<Point> trend;
  std::vector<Point> breakdown;
  std::size_t entities = 0;           // drilldown rows
  std::vector<double> entity_values;  // of those whose payload has one

  // The point without dimensions; nullptr: there is none.
  const Point* whole() const;
};

class BucketStream {
 public:
  BucketStream(readmodel::Transaction& tx, const Uuid& project_id);

  // The next bucket by metric, grain and time; nullopt: no more. `entity` is called for each of its drilldown rows.
  std::optional<BucketRows> next(const std::function<void(const readmodel::StoredDrilldown&)>& entity);

 private:
  readmodel::StoredRows<readmodel::StoredTrend> trend_;
  readmodel::StoredRows<readmodel::StoredBreakdown> breakdown_;
  readmodel::StoredRows<readmodel::StoredDrilldown> drilldown_;
};

}  // namespace tidemark::conformance
