// A summary's figures against each other, and against the points of the instant that it was taken at.
// Spec: contract v1.0, "GET /v1/metrics/summary" and "Windows of a summary".
#pragma once

#include <map>
#include <string>

#include "jobs/conformance/report.hpp"
#include "jobs/conformance/stored_point.hpp"

namespace tidemark::conformance {

// The day points at the as-of, in all and by milestone: what a summary of that instant shows rounded.
class CurrentPoints {
 public:
  explicit CurrentPoints(Instant as_of) : as_of_(as_of) {}
  void add(const Point& point);

  Instant as_of() const { return as_of_; }
  // nullptr: there is no such point.
  const Point* find(std::string_view metric, const Dimensions& dimensions) const;

 private:
  Instant as_of_;
  std::map<std::pair<std::string, Dimensions>, Point> points_;
};

// The figures of one payload against each other. Pure.
Problems payload_problems(const Json& payload);

// Against the points of its instant and scope. Requires: it was captured at the points' as-of.
Problems level_problems(const Json& payload, const Dimensions& scope, const CurrentPoints& points);

void check_summary(const readmodel::StoredSummary& row, const CurrentPoints& points, Report& report);

}  // namespace tidemark::conformance
