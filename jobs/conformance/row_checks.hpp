// What each stored row must be by itself: schema, id, key and value. Spec: contract v1.0; storage, "The four tables".
#pragma once

#include "contracts/retention.hpp"
#include "jobs/conformance/report.hpp"
#include "jobs/conformance/stored_point.hpp"

namespace tidemark::conformance {

struct Project {
  Uuid id;
  Instant as_of;  // of its data version
  Floors floors;  // only rows from them on are compared with each other
};

void check_row(const Point& point, const Project& project, Report& report);
void check_row(const readmodel::StoredDrilldown& row, const Project& project, Report& report);
void check_row(const readmodel::StoredSummary& row, const Project& project, Report& report);

// The pure parts, for tests: why a key or a value is none of the contract's; empty: it is.
Problems key_problems(const Point& point, Instant as_of);
Problems value_problems(const Point& point);

}  // namespace tidemark::conformance
