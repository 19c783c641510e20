// What the rows of one bucket must be to each other. Spec: contract v1.0, "GET /v1/metrics/breakdown"; delivery
// metrics, section 4.
#pragma once

#include "compute/horizon.hpp"
#include "jobs/conformance/bucket_rows.hpp"
#include "jobs/conformance/report.hpp"

namespace tidemark::conformance {

// Which rows of a metric the policies still keep at an as-of: only what is kept on both sides is compared.
compute::Horizon horizon_of(const Metric& metric, Instant as_of);

// The parts of each declared dimension add up to the whole, in trend and in breakdown.
void check_splits(const BucketRows& rows, Instant as_of, Report& report);

// A day's trend row of a dimension is its breakdown row.
void check_both_tables(const BucketRows& rows, Instant as_of, Report& report);

// Entities against the points that count them: those of a day's events at once, those of the current state when the
// metric's rows are through.
class EntityCheck {
 public:
  EntityCheck(Instant as_of, Report& report) : as_of_(as_of), report_(report) {}
  void add(const BucketRows& rows);
  void finish();

 private:
  void compare(const std::string& where, std::size_t entities, double expected);

  Instant as_of_;
  Report& report_;
  const Metric* metric_ = nullptr;  // the metric whose current state is being counted
  std::size_t current_entities_ = 0;
  double current_count_ = 0;  // of the as-of's day
};

}  // namespace tidemark::conformance
