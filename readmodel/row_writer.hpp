// Brings one table in line with a project's finished rows in a number of statements that does not grow with the rows.
// Spec: storage, "Up to about 2,000 rows: one statement .., more: COPY".
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "readmodel/copy_writer.hpp"
#include "readmodel/session.hpp"
#include "readmodel/table_diff.hpp"
#include "readmodel/tables.hpp"

namespace tidemark::readmodel {

inline constexpr std::size_t kMaxRowsInOneStatement = 2000;

struct TableCounts {
  std::int64_t written = 0;  // inserted or updated
  std::int64_t unchanged = 0;
  std::int64_t deleted = 0;
  std::map<std::string, std::int64_t> by_metric{};  // written or deleted, as the statements say
};

// Whose rows they are and when they were computed: the same for all rows of a write.
struct RowOrigin {
  Uuid project_id;
  Instant computed_at;
};

// Requires: `compared` is what `finished` was computed of.
template <typename Table>
TableDiff<typename Table::Row> diff_with_stored(Transaction& tx, const Uuid& project_id,
                                                const std::vector<typename Table::Row>& finished,
                                                const ComparedRows& compared) {
  auto diff =
      diff_table(tx.exec(Table::statements().live, Table::live_params(project_id, compared)), finished, Table::same);
  diff.whole = compared.extent == nullptr;
  return diff;
}

// One array per column, for unnest().
template <typename Table>
Params unnest_params(const RowOrigin& origin, const std::vector<const typename Table::Row*>& rows) {
  CopyRow fields(Table::statements().columns.size());
  std::vector<CopyRow> columns(fields.size());
  for (const auto* row : rows) {
    Table::fields(*row, fields);
    for (std::size_t i = 0; i < fields.size(); ++i) columns[i].push_back(fields[i]);
  }
  Params params{origin.project_id, origin.computed_at};
  params.insert(params.end(), columns.begin(), columns.end());
  return params;
}

template <typename Table>
void copy_to_stage(Transaction& tx, const std::vector<const typename Table::Row*>& rows) {
  const auto& table = Table::statements();
  tx.exec(table.create_stage);
  CopyWriter copy(tx, table.stage, table.columns);
  CopyRow fields(table.columns.size());
  for (const auto* row : rows) {
    Table::fields(*row, fields);
    copy.write(fields);
  }
  copy.complete();
}

template <typename Table>
std::int64_t copy_to_table(Transaction& tx, const RowOrigin& origin,
                           const std::vector<const typename Table::Row*>& rows) {
  const auto& table = Table::statements();
  auto columns = table.columns;
  columns.insert(columns.end(), {"project_id", "computed_at"});
  CopyWriter copy(tx, table.table, columns);
  CopyRow fields(columns.size());
  fields[columns.size() - 2] = to_string(origin.project_id);
  fields[columns.size() - 1] = format_instant(origin.computed_at);
  for (const auto* row : rows) {
    Table::fields(*row, fields);
    copy.write(fields);
  }
  copy.complete();
  return copy.rows();
}

// The rows that a statement says it wrote or deleted, added to what is counted by metric. Returns their sum.
inline std::int64_t count_by_metric(const pqxx::result& counted, TableCounts& counts) {
  std::int64_t sum = 0;
  for (const auto& stored : counted) {
    RowReader row(stored);
    const auto rows = row.integer(1);
    counts.by_metric[row.text(0)] += rows;
    sum += rows;
  }
  return sum;
}

// Requires: the project's checkpoint is locked, and `diff` is of what is stored under that lock. Deletes come first, so
// that a row whose id does not belong to its key makes room for the one that does.
template <typename Table>
TableCounts apply_diff(Transaction& tx, const RowOrigin& origin, const TableDiff<typename Table::Row>& diff) {
  const auto& table = Table::statements();
  TableCounts counts;
  counts.unchanged = diff.unchanged;
  if (!diff.vanished.empty())
    counts.deleted = count_by_metric(tx.exec(table.remove, {origin.project_id, diff.vanished}), counts);
  if (diff.changed.empty()) return counts;
  if (diff.changed.size() <= kMaxRowsInOneStatement) {
    counts.written = count_by_metric(tx.exec(table.upsert, unnest_params<Table>(origin, diff.changed)), counts);
    return counts;
  }
  if (diff.whole && diff.stored == 0) {
    counts.written = copy_to_table<Table>(tx, origin, diff.changed);
    for (const auto* row : diff.changed) ++counts.by_metric[row->metric_key];
  } else {
    copy_to_stage<Table>(tx, diff.changed);
    counts.written = count_by_metric(tx.exec(table.merge, {origin.project_id, origin.computed_at}), counts);
  }
  return counts;
}

}  // namespace tidemark::readmodel
