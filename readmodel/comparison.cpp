#include "readmodel/comparison.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "readmodel/bucket_ranges.hpp"
#include "readmodel/statements.hpp"
#include "readmodel/tables.hpp"

namespace tidemark::readmodel {
namespace {

std::string bucket_text(std::optional<Grain> grain, std::optional<Instant> bucket) {
  std::string text = grain ? std::string{to_string(*grain)} : std::string{};
  if (bucket) text += (text.empty() ? "" : " ") + format_instant(*bucket);
  return text;
}

std::string spaced(std::string_view before, std::string_view after) {
  return std::string{before} + (before.empty() || after.empty() ? "" : " ") + std::string{after};
}

std::optional<double> payload_value(std::string_view payload) {
  const auto json = nlohmann::json::parse(payload, nullptr, false);
  if (!json.is_object() || !json.contains("value") || !json.at("value").is_number()) return std::nullopt;
  return json.at("value").get<double>();
}

// What a row says.
struct Content {
  std::optional<double> number;
  std::string json;
};

Param first_day(const ComparedBuckets& buckets, const std::string& metric, KeptRows rows) {
  return first_bucket(std::max(floors_of(buckets.floors, metric).of(rows), buckets.first(Grain::day)));
}

// Each: the table, which finished rows are compared, the stored ones, and of either kind of row the natural key without
// project and metric, and the content.
struct ComparedTrend {
  using Table = TrendTable;
  static constexpr auto kTable = ReadModelTable::trend;
  static bool holds(const ComparedBuckets& buckets, const TrendRow& row) {
    return row.bucket >= buckets.first(row.grain);
  }
  static pqxx::result stored(Transaction& tx, const Uuid& project_id, const std::string& metric,
                             const ComparedBuckets& buckets) {
    BucketRanges ranges;
    for (const Grain grain : kGrains)
      ranges.add(metric, grain, floors_of(buckets.floors, metric).standing(kept_rows(grain), buckets.first(grain)));
    return tx.exec(sql::compare_trend_points, ranges.params(project_id));
  }
  static std::string key(const TrendRow& row) {
    return spaced(bucket_text(row.grain, row.bucket), row.dimensions.stored_form());
  }
  static std::string key(RowReader& row) {
    return spaced(bucket_text(parse_grain(row.view(3)), row.instant(4)), row.view(5));
  }
  static Content content(const TrendRow& row) { return {row.value.numeric, row.value.json}; }
  static Content content(RowReader& row) { return {row.optional_number(1), row.text(2)}; }
};

struct ComparedBreakdown {
  using Table = BreakdownTable;
  static constexpr auto kTable = ReadModelTable::breakdown;
  static bool holds(const ComparedBuckets& buckets, const BreakdownRow& row) {
    return !row.bucket || *row.bucket >= buckets.first(Grain::day);
  }
  static pqxx::result stored(Transaction& tx, const Uuid& project_id, const std::string& metric,
                             const ComparedBuckets& buckets) {
    return tx.exec(sql::compare_breakdown_points,
                   {project_id, metric, first_day(buckets, metric, KeptRows::breakdown)});
  }
  static std::string key(const BreakdownRow& row) {
    return spaced(bucket_text(row.grain, row.bucket), row.dimension_key + "=" + row.dimension_value);
  }
  static std::string key(RowReader& row) {
    return spaced(bucket_text(parse_grain(row.view(3)), row.optional_instant(4)), row.text(5) + "=" + row.text(6));
  }
  static Content content(const BreakdownRow& row) { return {row.value.numeric, row.value.json}; }
  static Content content(RowReader& row) { return {row.optional_number(1), row.text(2)}; }
};

struct ComparedDrilldown {
  using Table = DrilldownTable;
  static constexpr auto kTable = ReadModelTable::drilldown;
  static bool holds(const ComparedBuckets& buckets, const DrilldownRow& row) {
    return !row.bucket || *row.bucket >= buckets.first(Grain::day);
  }
  static pqxx::result stored(Transaction& tx, const Uuid& project_id, const std::string& metric,
                             const ComparedBuckets& buckets) {
    return tx.exec(sql::compare_drilldown_rows, {project_id, metric, first_day(buckets, metric, KeptRows::drilldown)});
  }
  static std::string entity(std::string_view type, const std::optional<Uuid>& id, std::string_view reference) {
    return spaced(type, spaced(id ? to_string(*id) : "", reference));
  }
  static std::string key(const DrilldownRow& row) {
    return spaced(entity(row.entity_type, row.entity_id, row.reference_id.value_or("")),
                  bucket_text(std::nullopt, row.bucket));
  }
  static std::string key(RowReader& row) {
    return spaced(entity(row.view(2), row.optional_uuid(3), row.view(4)),
                  bucket_text(std::nullopt, row.optional_instant(5)));
  }
  static Content content(const DrilldownRow& row) { return {payload_value(row.payload), row.payload}; }
  static Content content(RowReader& row) { return {payload_value(row.view(1)), row.text(1)}; }
};

// Whose rows are compared.
struct Subject {
  Uuid project_id;
  ReadModelTable table;
  std::string metric;
};

RowDifference difference_of(const Subject& subject, Change change, std::string key) {
  return {subject.project_id, subject.table, change, subject.metric, std::move(key), {}, {}, {}, {}};
}

void put_stored(RowDifference& difference, Content content) {
  difference.stored_number = content.number;
  difference.stored_json = std::move(content.json);
}

void put_computed(RowDifference& difference, Content content) {
  difference.computed_number = content.number;
  difference.computed_json = std::move(content.json);
}

// The rows of one metric in key order.
template <typename Row>
std::pair<const Row*, const Row*> rows_of(const std::vector<Row>& rows, const std::string& metric) {
  const auto* begin = rows.data();
  const auto* end = begin + rows.size();
  const auto* first =
      std::lower_bound(begin, end, metric, [](const Row& row, const std::string& key) { return row.metric_key < key; });
  const auto* last =
      std::upper_bound(first, end, metric, [](const std::string& key, const Row& row) { return key < row.metric_key; });
  return {first, last};
}

template <typename Compared, typename Row>
void compare_metric(const pqxx::result& live, const std::vector<const Row*>& finished, const Subject& subject,
                    TableDiff<Row>& diff, Differences& differences) {
  std::unordered_map<Uuid, const Row*> unmatched;
  unmatched.reserve(finished.size());
  for (const auto* row : finished) unmatched.emplace(row->id, row);
  diff.stored += static_cast<std::int64_t>(live.size());
  for (const auto& stored : live) {
    RowReader row(stored);
    const auto id = row.uuid(0);
    const auto found = unmatched.find(id);
    if (found == unmatched.end()) {
      diff.vanished.push_back(id);
      auto difference = difference_of(subject, Change::removed, Compared::key(row));
      put_stored(difference, Compared::content(row));
      differences.add(std::move(difference));
      continue;
    }
    auto key = Compared::key(*found->second);
    const bool same_key = key == Compared::key(row);
    if (same_key && Compared::Table::same(*found->second, row)) {
      ++diff.unchanged;
      ++differences.equal;
    } else {
      // A row under another key than its id says is in the way of the one that belongs there.
      if (!same_key) diff.vanished.push_back(id);
      diff.changed.push_back(found->second);
      auto difference = difference_of(subject, Change::changed, std::move(key));
      put_stored(difference, Compared::content(row));
      put_computed(difference, Compared::content(*found->second));
      differences.add(std::move(difference));
    }
    unmatched.erase(found);
  }
  for (const auto* row : finished) {
    if (!unmatched.contains(row->id)) continue;
    // The id may stand under the key of another metric, or of a bucket that is not compared.
    diff.vanished.push_back(row->id);
    diff.changed.push_back(row);
    auto difference = difference_of(subject, Change::added, Compared::key(*row));
    put_computed(difference, Compared::content(*row));
    differences.add(std::move(difference));
  }
}

template <typename Compared, typename Row>
void compare_table(Transaction& tx, const Uuid& project_id, const std::vector<Row>& rows,
                   const ComparedBuckets& buckets, TableDiff<Row>& diff, MetricDifferences& metrics) {
  for (auto& [metric, tables] : metrics) {
    std::vector<const Row*> finished;
    const auto [first, last] = rows_of(rows, metric);
    for (const auto* row = first; row != last; ++row)
      if (Compared::holds(buckets, *row)) finished.push_back(row);
    compare_metric<Compared>(Compared::stored(tx, project_id, metric, buckets), finished,
                             {project_id, Compared::kTable, metric}, diff, tables[Compared::kTable]);
  }
}

double move_of(const RowDifference& difference) {
  return std::fabs(*difference.computed_number - *difference.stored_number);
}

}  // namespace

void Differences::add(RowDifference difference) {
  switch (difference.change) {
    case Change::added: ++added; break;
    case Change::changed: ++changed; break;
    case Change::removed: ++removed; break;
  }
  if (difference.stored_number && difference.computed_number &&
      (!largest_move || move_of(difference) > move_of(*largest_move)))
    largest_move = difference;
  if (examples.size() < kExamplesKept) examples.push_back(std::move(difference));
}

void Differences::merge(const Differences& other) {
  added += other.added;
  changed += other.changed;
  removed += other.removed;
  equal += other.equal;
  if (other.largest_move && (!largest_move || move_of(*other.largest_move) > move_of(*largest_move)))
    largest_move = other.largest_move;
  for (const auto& example : other.examples)
    if (examples.size() < kExamplesKept) examples.push_back(example);
}

std::set<std::string> list_stored_metrics(Transaction& tx, const Uuid& project_id) {
  std::set<std::string> metrics;
  for (const auto& stored : tx.exec(sql::list_stored_metrics, {project_id})) metrics.insert(RowReader{stored}.text(0));
  return metrics;
}

Comparison compare_with_stored(Transaction& tx, const Uuid& project_id, const ProjectRows& finished,
                               const std::set<std::string>& metrics, const ComparedBuckets& buckets) {
  Comparison comparison;
  for (const auto& metric : metrics) comparison.metrics[metric];
  compare_table<ComparedTrend>(tx, project_id, finished.trend, buckets, comparison.trend, comparison.metrics);
  compare_table<ComparedBreakdown>(tx, project_id, finished.breakdown, buckets, comparison.breakdown,
                                   comparison.metrics);
  compare_table<ComparedDrilldown>(tx, project_id, finished.drilldown, buckets, comparison.drilldown,
                                   comparison.metrics);
  return comparison;
}

std::string_view to_string(ReadModelTable table) {
  switch (table) {
    case ReadModelTable::trend: return "trend";
    case ReadModelTable::breakdown: return "breakdown";
    case ReadModelTable::drilldown: return "drilldown";
  }
  return "";
}

std::string_view to_string(Change change) {
  switch (change) {
    case Change::added: return "added";
    case Change::changed: return "changed";
    case Change::removed: return "removed";
  }
  return "";
}

}  // namespace tidemark::readmodel
