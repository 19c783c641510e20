#include "jobs/conformance/row_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "contracts/json_text.hpp"
#include "contracts/rows.hpp"
#include "contracts/schema.hpp"

namespace tidemark::conformance {
namespace {

constexpr std::size_t kMaxDimensionBytes = 200;
constexpr std::size_t kShownBytes = 60;

void add_all(Report& report, Check check, const std::string& where, const Problems& problems) {
  for (const auto& problem : problems) report.add(check, where, problem);
}

void check_schema(const std::string& schema, const Json& document, const std::string& where, Report& report) {
  report.count(Check::schema);
  for (const auto& violation : schema_violations(schema, document))
    report.add(Check::schema, where, fmt::format("{} {}: {}", schema, violation.at, violation.problem));
}

void check_id(const Uuid& found, const Uuid& expected, const std::string& where, Report& report) {
  report.count(Check::id);
  if (found != expected)
    report.add(Check::id, where, fmt::format("id is {}, expected {}", to_string(found), to_string(expected)));
}

Uuid expected_id(const Point& point, const Project& project) {
  ProjectRows rows;
  if (point.table == Table::trend) {
    rows.trend.push_back({{}, point.row.metric_key, *point.row.grain, *point.row.bucket, point.dimensions, {}});
    assign_ids(project.id, rows);
    return rows.trend.front().id;
  }
  rows.breakdown.push_back(
      {{}, point.row.metric_key, point.row.grain, point.row.bucket, point.dimensions.name, point.dimensions.value, {}});
  assign_ids(project.id, rows);
  return rows.breakdown.front().id;
}

Uuid expected_id(const readmodel::StoredDrilldown& row, const Project& project) {
  ProjectRows rows;
  rows.drilldown.push_back({{}, row.metric_key, row.entity_type, row.entity_id, row.reference_id, row.bucket, {}});
  assign_ids(project.id, rows);
  return rows.drilldown.front().id;
}

void check_canonical(const std::string& text, const Json& json, const std::string& where, Report& report) {
  if (json.is_discarded()) return report.add(Check::value, where, "its JSON cannot be read");
  const std::string canonical = stored_form(json);
  if (canonical == text) return;
  const auto differ = std::mismatch(text.begin(), text.end(), canonical.begin(), canonical.end()).first - text.begin();
  const auto from = static_cast<std::size_t>(std::max<std::ptrdiff_t>(0, differ - 20));
  report.add(Check::value, where,
             fmt::format("its JSON is not canonical at '{}', expected '{}'", text.substr(from, kShownBytes),
                         canonical.substr(from, kShownBytes)));
}

bool declares_grain(const Metric& metric, Grain grain) {
  return std::find(metric.grains.begin(), metric.grains.end(), grain) != metric.grains.end();
}

std::string dimension_value_problem(const std::string& value) {
  if (value.empty()) return "the dimension's value is empty, expected 'unassigned'";
  if (value.size() > kMaxDimensionBytes)
    return fmt::format("the dimension's value has {} bytes, at most {} are allowed", value.size(), kMaxDimensionBytes);
  return {};
}

// Why the dimension is not one that the metric declares for the table; empty: it is.
std::string dimension_problem(const Point& point) {
  if (!point.dimensions_problem.empty()) return point.dimensions_problem;
  const auto& name = point.dimensions.name;
  if (point.table == Table::trend && point.dimensions.all())
    return point.metric->undivided ? "" : "it has no dimension, which the metric must have";
  if (point.table == Table::trend && !point.metric->splits_trend_by(name))
    return fmt::format("'{}' is not a trend dimension of {}", name, point.metric->key);
  if (point.table == Table::breakdown && point.metric->breakdown_dimension(name) == nullptr)
    return fmt::format("'{}' is not a breakdown dimension of {}", name, point.metric->key);
  if (point.table == Table::trend && point.row.grain == Grain::hour)
    return fmt::format("'{}' splits hours, expected day, week or month", name);
  return dimension_value_problem(point.dimensions.value);
}

std::string bucket_problem(Grain grain, Instant bucket, Instant as_of) {
  const Instant start = bucket_start(grain, bucket);
  if (start != bucket)
    return fmt::format("the {} begins at {}, expected {}", to_string(grain), format_instant(bucket),
                       format_instant(start));
  if (bucket > as_of)
    return fmt::format("the {} begins at {}, after the as-of {}", to_string(grain), format_instant(bucket),
                       format_instant(as_of));
  return {};
}

bool counts(const Point& point) {
  return point.metric->headline == Headline::count || point.metric->unit == "tasks" ||
         (point.numerator() && point.dimensions.name != "stage");
}

// The greatest value that the unit allows; nullopt: any.
std::optional<double> greatest(const Point& point) {
  if (counts(point)) return std::nullopt;
  const auto unit = point.metric->unit;
  if (unit == "ratio") return 1;
  if (unit == "score" || unit == "pct") return 100;
  return std::nullopt;
}

Problems drilldown_key_problems(const readmodel::StoredDrilldown& row, Instant as_of) {
  if (!row.unreadable.empty()) return {row.unreadable};
  const Metric* metric = find_metric(row.metric_key);
  if (metric == nullptr) return {fmt::format("metric '{}' is not in the catalogue", row.metric_key)};
  if (!metric->drilldown) return {fmt::format("metric {} has no drilldown", metric->key)};
  Problems problems;
  const auto type = metric->drilldown->entity_type;
  if (row.entity_type != type)
    problems.push_back(fmt::format("entity_type is '{}', expected '{}'", row.entity_type, type));
  if (!row.entity_id && !row.reference_id)
    problems.push_back("it names no entity: entity_id and reference_id are NULL");
  const bool dated = metric->kind == MetricKind::event;
  if (dated != row.bucket.has_value())
    problems.push_back(dated ? "time_bucket is NULL, expected the day of the event"
                             : "time_bucket is not NULL, though the row is the current state");
  else if (dated)
    if (auto problem = bucket_problem(Grain::day, *row.bucket, as_of); !problem.empty()) problems.push_back(problem);
  return problems;
}

// An event lies in the day that its row stands under.
void check_event_day(const readmodel::StoredDrilldown& row, const Json& payload, const std::string& where,
                     Report& report) {
  if (!row.bucket) return;
  const Json& timestamp = member(payload, "timestamp");
  const auto at = timestamp.is_string() ? parse_instant(timestamp.get<std::string>()) : std::nullopt;
  if (at && bucket_start(Grain::day, *at) != bucket_start(Grain::day, *row.bucket))
    report.add(Check::value, where,
               fmt::format("payload.timestamp is {}, expected an instant of that day", format_instant(*at)));
}

}  // namespace

Problems key_problems(const Point& point, Instant as_of) {
  const auto& row = point.row;
  if (!row.unreadable.empty()) return {row.unreadable};
  if (point.metric == nullptr) return {fmt::format("metric '{}' is not in the catalogue", row.metric_key)};
  if (!row.grain || !row.bucket) return {"grain or bucket is NULL, expected a day"};
  Problems problems;
  if (point.table == Table::breakdown && row.grain != Grain::day)
    problems.push_back(fmt::format("grain is {}, expected day", to_string(*row.grain)));
  else if (!declares_grain(*point.metric, *row.grain))
    problems.push_back(fmt::format("{} has no {}s", point.metric->key, to_string(*row.grain)));
  for (auto& problem : {dimension_problem(point), bucket_problem(*row.grain, *row.bucket, as_of)})
    if (!problem.empty()) problems.push_back(problem);
  return problems;
}

Problems value_problems(const Point& point) {
  const auto& value = point.row.numeric;
  Problems problems;
  const auto refuse = [&](std::string_view expected) {
    problems.push_back(fmt::format("value_numeric is {}, expected {}", *value, expected));
  };
  if (!value) {
    if (point.metric != nullptr && (counts(point) || point.metric->kind == MetricKind::rolling))
      problems.push_back("value_numeric is NULL, expected a number");
    return problems;
  }
  if (!std::isfinite(*value)) return refuse("a finite number"), problems;
  if (*value == 0 && std::signbit(*value)) refuse("0");
  if (point.metric == nullptr) return problems;
  if (*value < 0) refuse("0 or more");
  if (counts(point) && *value != std::trunc(*value)) refuse("a whole number");
  if (const auto most = greatest(point); most && *value > *most * (1 + 1e-12)) refuse(fmt::format("{} at most", *most));
  return problems;
}

void check_row(const Point& point, const Project& project, Report& report) {
  const std::string where = point.where();
  report.count(Check::key);
  const auto problems = key_problems(point, project.as_of);
  add_all(report, Check::key, where, problems);
  if (!point.row.unreadable.empty()) return;
  if (point.dimensions_problem.empty() && point.row.grain && point.row.bucket)
    check_id(point.row.id, expected_id(point, project), where, report);
  report.count(Check::value);
  add_all(report, Check::value, where, value_problems(point));
  check_canonical(point.row.json, point.json, where, report);
  if (point.metric != nullptr) check_schema(fmt::format("value_json/{}", point.metric->key), point.json, where, report);
  if (point.table == Table::trend && !point.dimensions.all())
    check_schema("dimensions", Json{{point.dimensions.name, point.dimensions.value}}, where, report);
}

void check_row(const readmodel::StoredDrilldown& row, const Project& project, Report& report) {
  const std::string where = where_of(row);
  report.count(Check::key);
  add_all(report, Check::key, where, drilldown_key_problems(row, project.as_of));
  if (!row.unreadable.empty()) return;
  check_id(row.id, expected_id(row, project), where, report);
  report.count(Check::value);
  const Json payload = Json::parse(row.payload, nullptr, false);
  check_canonical(row.payload, payload, where, report);
  check_event_day(row, payload, where, report);
  const Metric* metric = find_metric(row.metric_key);
  if (metric != nullptr && metric->drilldown)
    check_schema(fmt::format("drilldown_payload/{}", metric->key), payload, where, report);
}

void check_row(const readmodel::StoredSummary& row, const Project& project, Report& report) {
  const std::string where = where_of(row);
  report.count(Check::key);
  if (!row.unreadable.empty()) return report.add(Check::key, where, row.unreadable);
  if (row.version != kContractVersion)
    report.add(Check::key, where, fmt::format("version is '{}', expected '{}'", row.version, kContractVersion));
  const Json scope = Json::parse(row.scope, nullptr, false);
  check_schema("scope", scope, where, report);
  const Json& milestone = member(scope, "milestone");
  Dimensions key;
  if (milestone.is_string()) key = {"milestone", milestone.get<std::string>()};
  if (key.stored_form() == row.scope)
    check_id(row.id, summary_id(project.id, row.captured_at, key), where, report);
  else
    report.add(Check::key, where, "scope is neither {} nor one milestone with its name");
  report.count(Check::value);
  const Json payload = Json::parse(row.payload, nullptr, false);
  check_canonical(row.payload, payload, where, report);
  check_schema("summary_payload", payload, where, report);
}

}  // namespace tidemark::conformance
