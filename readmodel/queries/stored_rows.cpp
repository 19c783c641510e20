#include "readmodel/queries/stored_rows.hpp"

#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

struct Cursor {
  const Statement& open;
  const Statement& fetch;
};

StoredPoint read_point(RowReader& row) {
  StoredPoint point;
  point.id = row.uuid(0);
  point.metric_key = row.text(1);
  point.grain = parse_grain(row.view(2));
  point.bucket = row.optional_instant(3);
  point.numeric = row.optional_number(4);
  point.json = row.text(5);
  return point;
}

// Each table: its cursor, and how a row is read.
template <typename Row>
struct Table;

template <>
struct Table<StoredTrend> {
  static Cursor cursor() { return {sql::open_stored_trend, sql::fetch_stored_trend}; }
  static StoredTrend read(RowReader& row) { return {read_point(row), row.text(6)}; }
};

template <>
struct Table<StoredBreakdown> {
  static Cursor cursor() { return {sql::open_stored_breakdown, sql::fetch_stored_breakdown}; }
  static StoredBreakdown read(RowReader& row) { return {read_point(row), row.text(6), row.text(7)}; }
};

template <>
struct Table<StoredDrilldown> {
  static Cursor cursor() { return {sql::open_stored_drilldown, sql::fetch_stored_drilldown}; }
  static StoredDrilldown read(RowReader& row) {
    return {row.uuid(0), row.text(1), row.optional_instant(2), row.text(3), row.optional_uuid(4), row.optional_text(5),
            row.text(6), {}};
  }
};

template <>
struct Table<StoredSummary> {
  static Cursor cursor() { return {sql::open_stored_summaries, sql::fetch_stored_summaries}; }
  static StoredSummary read(RowReader& row) {
    return {row.uuid(0), row.instant(1), row.text(2), row.text(3), row.text(4), {}};
  }
};

}  // namespace

void make_read_only(Transaction& tx) { tx.exec(sql::read_only_transaction); }

std::vector<Uuid> list_stored_projects(Transaction& tx) {
  std::vector<Uuid> projects;
  for (const auto& stored : tx.exec(sql::list_stored_projects)) projects.push_back(RowReader{stored}.uuid(0));
  return projects;
}

template <typename Row>
StoredRows<Row>::StoredRows(Transaction& tx, const Uuid& project_id) : tx_(tx) {
  tx_.exec(Table<Row>::cursor().open, {project_id});
}

template <typename Row>
const Row* StoredRows<Row>::front() {
  if (at_ == batch_.size() && !exhausted_) {
    batch_.clear();
    at_ = 0;
    for (const auto& stored : tx_.exec(Table<Row>::cursor().fetch)) {
      RowReader reader(stored);
      batch_.push_back(Table<Row>::read(reader));
      batch_.back().unreadable = reader.problem();
    }
    exhausted_ = batch_.empty();
  }
  return exhausted_ ? nullptr : &batch_[at_];
}

template class StoredRows<StoredTrend>;
template class StoredRows<StoredBreakdown>;
template class StoredRows<StoredDrilldown>;
template class StoredRows<StoredSummary>;

}  // namespace tidemark::readmodel
