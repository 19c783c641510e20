// A stored trend or breakdown row as the checks see it: its key read, its JSON parsed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contracts/catalogue.hpp"
#include "contracts/dimensions.hpp"
#include "jobs/conformance/claims.hpp"
#include "readmodel/queries/stored_rows.hpp"

namespace tidemark::conformance {

enum class Table { trend, breakdown };

struct Point {
  Table table = Table::trend;
  readmodel::StoredPoint row;
  const Metric* metric = nullptr;  // nullptr: not in the catalogue
  Dimensions dimensions;
  std::string dimensions_problem;  // empty: there is none
  Json json;                       // discarded where it cannot be parsed

  bool partial() const { return member(json, "partial") == Json(true); }
  // Whether only the numerator is split, so that the value is a count rather than the metric's.
  bool numerator() const;
  // The facts behind the point, as Metric::count_field names them; nullopt: it does not say.
  std::optional<double> count() const;
  // The natural key as a person reads it.
  std::string where() const;
};

Point to_point(const readmodel::StoredTrend& row);
Point to_point(const readmodel::StoredBreakdown& row);

std::string where_of(const readmodel::StoredDrilldown& row);
std::string where_of(const readmodel::StoredSummary& row);

}  // namespace tidemark::conformance
