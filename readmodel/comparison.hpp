// What is stored of a project beside what a compute gives: which rows a write would add, change and remove, and what
// they hold. Nothing is written here. Spec: jobs ("reconcile") and "Incremental refresh", rule 7.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/retention.hpp"
#include "contracts/rows.hpp"
#include "readmodel/session.hpp"
#include "readmodel/table_diff.hpp"

namespace tidemark::readmodel {

// The buckets that are compared: from the floors on those that hold or follow an instant. Rows without a bucket always
// are.
struct ComparedBuckets {
  Floors floors;
  std::optional<Instant> since;  // nullopt: all

  Instant first(Grain grain) const { return since ? bucket_start(grain, *since) : Instant::min(); }
};

enum class ReadModelTable { trend, breakdown, drilldown };
inline constexpr std::array kReadModelTables{ReadModelTable::trend, ReadModelTable::breakdown,
                                             ReadModelTable::drilldown};

// What a write would do to a row.
enum class Change {
  added,    // it is not stored
  changed,  // it is stored with another value, or under another key than its id says
  removed,  // it is stored and no longer produced
};

struct RowDifference {
  Uuid project_id;
  ReadModelTable table;
  Change change;
  std::string metric_key;
  std::string key;                      // the rest of the natural key, for a reader
  std::optional<double> stored_number;  // the headline, of a drilldown row payload.value; nullopt: no row, or undefined
  std::optional<double> computed_number;  // the same of the finished row
  std::string stored_json;                // value_json or payload; empty: no row
  std::string computed_json;
};

inline constexpr std::size_t kExamplesKept = 3;

struct Differences {
  std::int64_t added = 0;
  std::int64_t changed = 0;
  std::int64_t removed = 0;
  std::int64_t equal = 0;
  std::vector<RowDifference> examples;        // the first of them
  std::optional<RowDifference> largest_move;  // of the changed rows the one whose number moves furthest

  std::int64_t rows() const { return added + changed + removed; }
  void add(RowDifference difference);
  void merge(const Differences& other);
};

using MetricDifferences = std::map<std::string, std::map<ReadModelTable, Differences>>;  // by metric key

struct Comparison {
  MetricDifferences metrics;  // every metric that was compared
  // What makes the stored rows those of the compute. Points into the finished rows, which have to outlive it.
  TableDiff<TrendRow> trend;
  TableDiff<BreakdownRow> breakdown;
  TableDiff<DrilldownRow> drilldown;

  bool equal() const { return trend.empty() && breakdown.empty() && drilldown.empty(); }
};

// The metrics of which a project has rows; some may have left the catalogue.
std::set<std::string> list_stored_metrics(Transaction& tx, const Uuid& project_id);

// Compares rows of `metrics` and no others, metric by metric, so that no more than one metric's rows are held twice.
// Requires: `finished` is in key order, has its ids and nothing below the floors; `tx` is the snapshot in which its
// sources were read.
Comparison compare_with_stored(Transaction& tx, const Uuid& project_id, const ProjectRows& finished,
                               const std::set<std::string>& metrics, const ComparedBuckets& buckets);

std::string_view to_string(ReadModelTable table);
std::string_view to_string(Change change);

}  // namespace tidemark::readmodel
