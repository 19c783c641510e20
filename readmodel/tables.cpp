#include "readmodel/tables.hpp"

#include <array>
#include <charconv>

#include "contracts/catalogue.hpp"
#include "readmodel/bucket_ranges.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

// The shortest text that reads back as the same double, which is also what the server prints (extra_float_digits 1).
std::optional<std::string> number_field(const std::optional<double>& value) {
  if (!value) return std::nullopt;
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), *value).ptr;
  return std::string{buffer.data(), end};
}

bool same_number(const std::optional<double>& finished, const RowReader& stored, int column) {
  if (!finished || stored.null(column)) return !finished && stored.null(column);
  const auto text = stored.view(column);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value == *finished;
}

template <typename T>
std::optional<std::string> field(const std::optional<T>& value) {
  return Param{value}.text();
}

const std::vector<BucketRange> kEverything{{Instant::min(), std::nullopt}};

// The first bucket that was recomputed.
Instant first_recomputed(const Metric& metric, Grain grain, const Extent* extent) {
  if (extent == nullptr) return Instant::min();
  return bucket_start(grain, metric.kind == MetricKind::level ? extent->levels_after : extent->after);
}

// The metrics whose points without a bucket are compared: all of them, where all of the project is.
std::vector<std::string> without_bucket(const ComparedRows& compared) {
  std::vector<std::string> metrics;
  if (compared.extent != nullptr) return metrics;
  for (const auto& metric : all_metrics()) metrics.emplace_back(metric.key);
  metrics.insert(metrics.end(), compared.unknown.begin(), compared.unknown.end());
  return metrics;
}

}  // namespace

const TableStatements& TrendTable::statements() {
  static const TableStatements statements{
      sql::live_trend_points,

      sql::delete_trend_points,
      sql::upsert_trend_points,
      sql::stage_trend_points,
      sql::merge_trend_points,
      "metrics_trend_point",
      "staged_trend_point",
      {"id", "metric_key", "time_grain", "time_bucket", "dimensions", "value_numeric", "value_json"}};
  return statements;
}

Params TrendTable::live_params(const Uuid& project_id, const ComparedRows& compared) {
  BucketRanges ranges;
  for (const Grain grain : kGrains) {
    for (const auto& metric : all_metrics())
      ranges.add(metric.key, grain,
                 floors_of(compared.floors, metric.key)
                     .standing(kept_rows(grain), first_recomputed(metric, grain, compared.extent)));
    for (const auto& metric : compared.unknown) ranges.add(metric, grain, kEverything);
  }
  return ranges.params(project_id);
}

bool TrendTable::same(const TrendRow& finished, const RowReader& stored) {
  return same_number(finished.value.numeric, stored, 1) && finished.value.json == stored.view(2);
}

void TrendTable::fields(const TrendRow& row, CopyRow& out) {
  out[0] = to_string(row.id);
  out[1] = row.metric_key;
  out[2] = to_string(row.grain);
  out[3] = format_instant(row.bucket);
  out[4] = row.dimensions.stored_form();
  out[5] = number_field(row.value.numeric);
  out[6] = row.value.json;
}

const TableStatements& BreakdownTable::statements() {
  static const TableStatements statements{sql::live_breakdown_points,

                                          sql::delete_breakdown_points,
                                          sql::upsert_breakdown_points,
                                          sql::stage_breakdown_points,
                                          sql::merge_breakdown_points,
                                          "metrics_breakdown_point",
                                          "staged_breakdown_point",
                                          {"id", "metric_key", "time_grain", "time_bucket", "dimension_key",
                                           "dimension_value", "value_numeric", "value_json"}};
  return statements;
}

// Only days are written. Rows of another grain are nobody's, and a computation of everything takes them away.
Params BreakdownTable::live_params(const Uuid& project_id, const ComparedRows& compared) {
  BucketRanges ranges;
  for (const auto& metric : all_metrics()) {
    ranges.add(metric.key, Grain::day,
               floors_of(compared.floors, metric.key)
                   .standing(KeptRows::breakdown, first_recomputed(metric, Grain::day, compared.extent)));
    if (compared.extent != nullptr) continue;
    for (const Grain grain : {Grain::hour, Grain::week, Grain::month}) ranges.add(metric.key, grain, kEverything);
  }
  for (const auto& metric : compared.unknown)
    for (const Grain grain : kGrains) ranges.add(metric, grain, kEverything);
  auto params = ranges.params(project_id);
  params.push_back(without_bucket(compared));
  return params;
}

bool BreakdownTable::same(const BreakdownRow& finished, const RowReader& stored) {
  return same_number(finished.value.numeric, stored, 1) && finished.value.json == stored.view(2);
}

void BreakdownTable::fields(const BreakdownRow& row, CopyRow& out) {
  out[0] = to_string(row.id);
  out[1] = row.metric_key;
  out[2] = field(row.grain);
  out[3] = field(row.bucket);
  out[4] = row.dimension_key;
  out[5] = row.dimension_value;
  out[6] = number_field(row.value.numeric);
  out[7] = row.value.json;
}

const TableStatements& DrilldownTable::statements() {
  static const TableStatements statements{
      sql::live_drilldown_rows,

      sql::delete_drilldown_rows,
      sql::upsert_drilldown_rows,
      sql::stage_drilldown_rows,
      sql::merge_drilldown_rows,
      "metrics_drilldown",
      "staged_drilldown",
      {"id", "metric_key", "entity_type", "entity_id", "reference_id", "time_bucket", "payload"}};
  return statements;
}

Params DrilldownTable::live_params(const Uuid& project_id, const ComparedRows& compared) {
  std::vector<std::string> metrics;
  std::vector<Param> from;
  for (const auto& metric : all_metrics()) {
    metrics.emplace_back(metric.key);
    from.push_back(first_bucket(floors_of(compared.floors, metric.key).of(KeptRows::drilldown)));
  }
  for (const auto& metric : compared.unknown) {
    metrics.push_back(metric);
    from.push_back(first_bucket(Instant::min()));
  }
  const Param entities = compared.extent == nullptr ? Param{std::nullopt} : Param{compared.extent->entities};
  return {project_id, metrics, from, entities};
}

bool DrilldownTable::same(const DrilldownRow& finished, const RowReader& stored) {
  return finished.payload == stored.view(1);
}

void DrilldownTable::fields(const DrilldownRow& row, CopyRow& out) {
  out[0] = to_string(row.id);
  out[1] = row.metric_key;
  out[2] = row.entity_type;
  out[3] = field(row.entity_id);
  out[4] = row.reference_id;
  out[5] = field(row.bucket);
  out[6] = row.payload;
}

}  // namespace tidemark::readmodel
