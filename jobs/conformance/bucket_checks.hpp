// What the rows of one bucket must be to each other. Spec: contract v1.0, "GET /v1/metrics/breakdown"; delivery
// metrics, section 4.
#pragma once

#include "contracts/retention.hpp"
#include "contracts/source_tables.hpp"
#include "jobs/conformance/bucket_rows.hpp"
#include "jobs/conformance/report.hpp"

namespace tidemark::conformance {

// Which rows of a project stand (only what stands on both sides is compared), and what its sources lack: a dimension
// that is off has no rows.
struct SplitBasis {
  const Floors& floors;
  ComponentSet off;
};

// The parts of each declared dimension add up to the whole, in trend and in breakdown.
void check_splits(const BucketRows& rows, const SplitBasis& basis, Report& report);

// A day's trend row of a dimension is its breakdown row.
void check_both_tables(const BucketRows& rows, const Floors& floors, Report& report);

// The drilldown rows under one point.
struct Entities {
  std::size_t rows = 0;
  std::vector<double> values;
};

// Entities against the points that count them: those of a day's events at once, those of the current state when the
// metric's rows are through.
class EntityCheck {
 public:
  EntityCheck(Instant as_of, const Floors& floors, Report& report) : as_of_(as_of), floors_(floors), report_(report) {}
  void add(const BucketRows& rows);
  void finish();

 private:
  void compare(const std::string& where, const Entities& entities, const Point* point, double expected);

  Instant as_of_;
  const Floors& floors_;
  Report& report_;
  const Metric* metric_ = nullptr;  // the metric whose current state is being counted
  Entities current_entities_;
  std::optional<Point> current_;  // of the as-of's day
};

}  // namespace tidemark::conformance
