// What the rows of one bucket must be to each other. Spec: contract v1.0, "GET /v1/metrics/breakdown"; delivery
// metrics, section 4.
#pragma once

#include "compute/horizon.hpp"
#include "contracts/source_tables.hpp"
#include "jobs/conformance/bucket_rows.hpp"
#include "jobs/conformance/report.hpp"

namespace tidemark::conformance {

// Which rows of a metric the policies still keep at an as-of: only what is kept on both sides is compared.
compute::Horizon horizon_of(const Metric& metric, Instant as_of);

// When a project's rows were computed, and what its sources lack: a dimension that is off has no rows.
struct SplitBasis {
  Instant as_of;
  ComponentSet off;
};

// The parts of each declared dimension add up to the whole, in trend and in breakdown.
void check_splits(const BucketRows& rows, const SplitBasis& basis, Report& report);

// A day's trend row of a dimension is its breakdown row.
void check_both_tables(const BucketRows& rows, Instant as_of, Report& report);

// The drilldown rows under one point.
struct Entities {
  std::size_t rows = 0;
  std::vector<double> values;
};

// Entities against the points that count them: those of a day's events at once, those of the current state when the
// metric's rows are through.
class EntityCheck {
 public:
  EntityCheck(Instant as_of, Report& report) : as_of_(as_of), report_(report) {}
  void add(const BucketRows& rows);
  void finish();

 private:
  void compare(const std::string& where, const Entities& entities, const Point* point, double expected);

  Instant as_of_;
  Report& report_;
  const Metric* metric_ = nullptr;  // the metric whose current state is being counted
  Entities current_entities_;
  std::optional<Point> current_;  // of the as-of's day
};

}  // namespace tidemark::conformance
