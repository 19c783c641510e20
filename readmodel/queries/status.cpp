#include "readmodel/queries/status.hpp"

#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

constexpr std::int64_t kCountedBytes = std::int64_t{1} << 30;

// The rows of one of Tidemark's own tables, whose columns hold what their types promise.
template <typename Record, typename Read>
std::vector<Record> records(const pqxx::result& result, Read&& read) {
  std::vector<Record> all;
  for (const auto& stored : result) {
    RowReader row(stored);
    all.push_back(read(row));
  }
  return all;
}

}  // namespace

std::vector<TableSize> table_sizes(Transaction& tx) {
  return records<TableSize>(tx.exec(sql::read_table_sizes, {kCountedBytes}), [](RowReader& row) {
    return TableSize{row.text(0), row.integer(3), row.view(2) == "t" ? RowCount::estimated : RowCount::exact,
                     row.integer(1)};
  });
}

std::vector<Freshness> list_freshness(Transaction& tx) {
  return records<Freshness>(tx.exec(sql::list_data_versions), [](RowReader& row) {
    return Freshness{row.uuid(0), row.text(1), row.integer(2), row.instant(3), row.instant(4), row.text(5)};
  });
}

std::vector<Reconciled> list_reconciled(Transaction& tx) {
  return records<Reconciled>(tx.exec(sql::list_reconciled), [](RowReader& row) {
    return Reconciled{row.uuid(0), row.instant(1)};
  });
}

std::vector<RunRecord> newest_runs(Transaction& tx) {
  return records<RunRecord>(tx.exec(sql::list_newest_runs), [](RowReader& row) {
    return RunRecord{row.text(0),
                     row.text(1),
                     row.text(2),
                     row.optional_uuid(3),
                     row.optional_instant(4),
                     row.instant(5),
                     row.optional_instant(6),
                     row.integer(7),
                     row.integer(8),
                     row.integer(9),
                     row.integer(10),
                     row.optional_text(11),
                     row.optional_text(12)};
  });
}

std::vector<QuarantineCount> count_open_quarantine(Transaction& tx) {
  return records<QuarantineCount>(tx.exec(sql::count_open_quarantine), [](RowReader& row) {
    return QuarantineCount{row.optional_uuid(0), row.text(1), row.integer(2)};
  });
}

std::vector<QuarantineEntry> list_open_quarantine(Transaction& tx, std::int64_t limit) {
  return records<QuarantineEntry>(tx.exec(sql::list_open_quarantine, {limit}), [](RowReader& row) {
    return QuarantineEntry{row.optional_uuid(0), row.text(1), row.text(2), row.text(3), row.instant(4), row.instant(5)};
  });
}

std::vector<NewestValue> newest_values(Transaction& tx, const std::vector<std::string>& metric_keys) {
  return records<NewestValue>(tx.exec(sql::newest_values, {metric_keys}), [](RowReader& row) {
    return NewestValue{row.uuid(0), row.text(1), row.instant(2), row.optional_number(3)};
  });
}

}  // namespace tidemark::readmodel
