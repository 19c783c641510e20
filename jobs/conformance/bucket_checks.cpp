#include "jobs/conformance/bucket_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace tidemark::conformance {
namespace {

using PartsByValue = std::map<std::string, const Point*>;

bool usable(const Point& point) { return point.row.unreadable.empty() && point.dimensions_problem.empty(); }

// Whether the sources cannot tell the dimension. Spec: docs/metrics.md, "What a missing source switches off".
bool is_off(std::string_view dimension, const ComponentSet& off) {
  const auto component = component_of_dimension(dimension);
  return component && off.contains(*component);
}

PartsByValue parts_of(const std::vector<Point>& points, std::string_view dimension) {
  PartsByValue parts;
  for (const auto& point : points)
    if (usable(point) && point.dimensions.name == dimension) parts.emplace(point.dimensions.value, &point);
  return parts;
}

// The member of the whole that one part must equal, where the whole lists its parts.
std::optional<double> listed(const Point& whole, const Point& part) {
  const auto& [dimension, value] = part.dimensions;
  if (dimension == "stage") return number(member(whole.json, "stages"), value);
  if (dimension == "state") return number(member(whole.json, "by_state"), value);
  if (dimension == "outcome") return number(whole.json, value);
  return part.row.numeric;
}

double expected_sum(const Point& whole, const BreakdownDimension& dimension) {
  if (dimension.name == "stage") return sum_of(member(whole.json, "stages"));
  if (dimension.name == "state") return sum_of(member(whole.json, "by_state"));
  if (dimension.split == Split::additive) return whole.row.numeric.value_or(0);
  return whole.count().value_or(0);
}

Problems split_problems(const Point& whole, const BreakdownDimension& dimension, const PartsByValue& parts) {
  Claims claims(whole.json);
  const double expected = expected_sum(whole, dimension);
  double sum = 0;
  for (const auto& [value, part] : parts) {
    const double share = (dimension.additive() ? part->row.numeric : part->count()).value_or(0);
    sum += share;
    if (dimension.split == Split::numerator)
      claims.equal(fmt::format("{} {}", dimension.name, value), part->row.numeric, listed(whole, *part));
    if (dimension.split == Split::overlapping)
      claims.within(fmt::format("the count of {} {}", dimension.name, value), share, 0, expected);
  }
  const std::string name = fmt::format("the sum over {}", dimension.name);
  if (dimension.split == Split::overlapping)
    claims.within(name, sum, expected, std::nullopt);
  else
    claims.equal(name, sum, expected);
  return claims.take();
}

// One table's parts of a bucket against its whole.
class SplitCheck {
 public:
  SplitCheck(const BucketRows& rows, Report& report) : rows_(rows), report_(report) {}

  void check(std::string_view dimension_name, const std::vector<Point>& points) {
    const auto* dimension = rows_.metric->breakdown_dimension(dimension_name);
    const auto parts = parts_of(points, dimension_name);
    const Point* whole = rows_.whole();
    if (dimension == nullptr || (whole == nullptr && parts.empty())) return;
    report_.count(Check::split);
    if (whole == nullptr)
      return report_.add(Check::split, parts.begin()->second->where(), "there is no point without dimensions");
    for (const auto& problem : split_problems(*whole, *dimension, parts))
      report_.add(
          Check::split,
          fmt::format("{} and its parts in {}", whole->where(), &points == &rows_.trend ? "trend" : "breakdown"),
          problem);
  }

 private:
  const BucketRows& rows_;
  Report& report_;
};

// The values behind a point against what it says of them.
Problems value_problems(const Point& point, const std::vector<double>& values) {
  Claims claims(point.json);
  double sum = 0;
  for (const double value : values) sum += value;
  for (const auto* average : {"avg_minutes", "avg_latency_minutes", "avg_age_hours", "avg_blocked_hours"})
    if (const auto stored = claims.at(average))
      claims.equal("the mean of the drilldown's values", sum / static_cast<double>(values.size()), stored);
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  if (const auto stored = claims.at("min_minutes")) claims.equal("the least of the drilldown's values", *least, stored);
  for (const auto* maximum : {"max_minutes", "max_blocked_hours"})
    if (const auto stored = claims.at(maximum)) claims.equal("the largest of the drilldown's values", *most, stored);
  return claims.take();
}

void compare_tables(const PartsByValue& trend, const PartsByValue& breakdown, Report& report) {
  for (const auto& [value, point] : trend) {
    report.count(Check::breakdown);
    const auto same = breakdown.find(value);
    if (same == breakdown.end())
      report.add(Check::breakdown, point->where(), "there is no breakdown row of it");
    else if (point->row.numeric != same->second->row.numeric)
      report.add(Check::breakdown, point->where(),
                 fmt::format("value_numeric is {}, in the breakdown {}", text_of(point->row.numeric),
                             text_of(same->second->row.numeric)));
    else if (point->row.json != same->second->row.json)
      report.add(Check::breakdown, point->where(), "value_json is another one in the breakdown");
  }
  for (const auto& [value, point] : breakdown)
    if (!trend.contains(value)) report.add(Check::breakdown, point->where(), "there is no trend row of it");
}

}  // namespace

void check_splits(const BucketRows& rows, const SplitBasis& basis, Report& report) {
  if (rows.metric == nullptr || !rows.metric->undivided || !rows.grain || !rows.bucket) return;
  const auto& floors = floors_of(basis.floors, rows.metric->key);
  if (!floors.keeps(kept_rows(*rows.grain), *rows.bucket)) return;
  SplitCheck check(rows, report);
  if (rows.grain != Grain::hour)
    for (const auto name : rows.metric->trend_dimensions)
      if (!is_off(name, basis.off)) check.check(name, rows.trend);
  if (rows.grain == Grain::day && floors.keeps(KeptRows::breakdown, *rows.bucket))
    for (const auto& dimension : rows.metric->breakdown_dimensions)
      if (!is_off(dimension.name, basis.off)) check.check(dimension.name, rows.breakdown);
}

void check_both_tables(const BucketRows& rows, const Floors& floors, Report& report) {
  if (rows.metric == nullptr || rows.grain != Grain::day || !rows.bucket) return;
  const auto& of_metric = floors_of(floors, rows.metric->key);
  for (const auto kept : {KeptRows::trend_day, KeptRows::breakdown})
    if (!of_metric.keeps(kept, *rows.bucket)) return;
  for (const auto name : rows.metric->trend_dimensions)
    compare_tables(parts_of(rows.trend, name), parts_of(rows.breakdown, name), report);
}

void EntityCheck::compare(const std::string& where, const Entities& entities, const Point* point, double expected) {
  report_.count(Check::drilldown);
  if (static_cast<double>(entities.rows) != expected)
    return report_.add(Check::drilldown, where,
                       fmt::format("{} drilldown rows, expected {} as the point counts them", entities.rows, expected));
  if (point == nullptr || entities.values.empty()) return;
  for (const auto& problem : value_problems(*point, entities.values)) report_.add(Check::drilldown, where, problem);
}

void EntityCheck::add(const BucketRows& rows) {
  if (rows.metric != metric_) finish();
  if (rows.metric == nullptr || !rows.metric->drilldown || rows.grain != Grain::day) return;
  metric_ = rows.metric;
  const Point* whole = rows.whole();
  const Entities entities{rows.entities, rows.entity_values};
  if (metric_->kind == MetricKind::event) {
    if (!rows.bucket || !floors_of(floors_, metric_->key).keeps(KeptRows::drilldown, *rows.bucket)) return;
    const double expected = whole == nullptr ? 0 : number(whole->json, "sample_size").value_or(0);
    return compare(fmt::format("metrics_drilldown {} {}", metric_->key, format_instant(*rows.bucket)), entities, whole,
                   expected);
  }
  if (!rows.bucket)
    current_entities_ = entities;
  else if (whole != nullptr && rows.bucket == bucket_start(Grain::day, as_of_))
    current_ = *whole;
}

void EntityCheck::finish() {
  if (metric_ != nullptr && metric_->kind != MetricKind::event)
    compare(fmt::format("metrics_drilldown {} now", metric_->key), current_entities_, current_ ? &*current_ : nullptr,
            current_ ? current_->count().value_or(0) : 0);
  metric_ = nullptr;
  current_entities_ = {};
  current_.reset();
}

}  // namespace tidemark::conformance
