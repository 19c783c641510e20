#include "jobs/conformance/stored_point.hpp"

#include <fmt/format.h>

#include "contracts/json_text.hpp"

namespace tidemark::conformance {
namespace {

std::string bucket_text(const std::optional<Instant>& bucket) { return bucket ? format_instant(*bucket) : "no bucket"; }

// jsonb has no text that does not parse.
Json parsed(const std::string& text) { return Json::parse(text, nullptr, false); }

Point base_point(Table table, const readmodel::StoredPoint& row) {
  Point point;
  point.table = table;
  point.row = row;
  point.metric = find_metric(row.metric_key);
  point.json = parsed(row.json);
  return point;
}

}  // namespace

bool Point::numerator() const {
  if (metric == nullptr || dimensions.all()) return false;
  const auto* dimension = metric->breakdown_dimension(dimensions.name);
  return dimension != nullptr && dimension->split == Split::numerator;
}

std::optional<double> Point::count() const {
  if (numerator() || metric == nullptr || metric->count_field.empty()) return row.numeric;
  return number(json, metric->count_field);
}

std::string Point::where() const {
  return fmt::format("{} {} {} {} {}", table == Table::trend ? "metrics_trend_point" : "metrics_breakdown_point",
                     row.metric_key, row.grain ? to_string(*row.grain) : "no grain", bucket_text(row.bucket),
                     dimensions.stored_form());
}

Point to_point(const readmodel::StoredTrend& row) {
  Point point = base_point(Table::trend, row);
  const Json dimensions = parsed(row.dimensions);
  const bool one = dimensions.is_object() && dimensions.size() == 1 && dimensions.begin()->is_string();
  if (one)
    point.dimensions = {dimensions.begin().key(), dimensions.begin()->get<std::string>()};
  else if (!dimensions.is_object() || !dimensions.empty())
    point.dimensions_problem = fmt::format("dimensions are {}, expected {{}} or one name with a text", row.dimensions);
  return point;
}

Point to_point(const readmodel::StoredBreakdown& row) {
  Point point = base_point(Table::breakdown, row);
  point.dimensions = {row.dimension_key, row.dimension_value};
  return point;
}

std::string where_of(const readmodel::StoredDrilldown& row) {
  return fmt::format("metrics_drilldown {} {} {} {}", row.metric_key, row.entity_type,
                     row.entity_id ? to_string(*row.entity_id) : row.reference_id.value_or("no entity"),
                     row.bucket ? format_instant(*row.bucket) : "now");
}

std::string where_of(const readmodel::StoredSummary& row) {
  return fmt::format("metrics_summary {} {}", format_instant(row.captured_at), row.scope);
}

}  // namespace tidemark::conformance
