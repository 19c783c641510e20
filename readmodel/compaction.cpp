#include "readmodel/compaction.hpp"

#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

RowTotals totals_of(const pqxx::result& result) {
  RowReader row(result[0]);
  return {row.integer(0), row.integer(1)};
}

}  // namespace

RowTotals& RowTotals::operator+=(const RowTotals& other) {
  rows += other.rows;
  bytes += other.bytes;
  return *this;
}

std::vector<WeekTotals> count_trend_weeks(Transaction& tx, const Uuid& project_id, const RowsBelow& below) {
  std::vector<WeekTotals> weeks;
  for (const auto& stored :
       tx.exec(sql::count_trend_weeks, {project_id, below.metric_key, grain_of(below.rows), below.floor})) {
    RowReader row(stored);
    weeks.push_back({row.instant(0), {row.integer(1), row.integer(2)}});
  }
  return weeks;
}

RowTotals count_below(Transaction& tx, const Uuid& project_id, const RowsBelow& below) {
  const auto& statement = below.rows == KeptRows::breakdown ? sql::count_breakdown_below : sql::count_drilldown_below;
  return totals_of(tx.exec(statement, {project_id, below.metric_key, below.floor}));
}

RowTotals delete_below(Transaction& tx, const Uuid& project_id, const RowsBelow& below, std::int64_t limit) {
  if (below.rows == KeptRows::breakdown)
    return totals_of(tx.exec(sql::delete_breakdown_below, {project_id, below.metric_key, below.floor, limit}));
  if (below.rows == KeptRows::drilldown)
    return totals_of(tx.exec(sql::delete_drilldown_below, {project_id, below.metric_key, below.floor, limit}));
  return totals_of(tx.exec(sql::delete_trend_below, {project_id, below.metric_key, grain_of(below.rows), below.floor,
                                                     below.spared_weeks, limit}));
}

std::vector<CompactedPoint> read_compacted_points(Transaction& tx, const Uuid& project_id, const RowsBelow& weeks,
                                                  Instant from) {
  std::vector<CompactedPoint> points;
  for (const auto& stored :
       tx.exec(sql::read_compacted_points, {project_id, weeks.metric_key, grain_of(weeks.rows), from, weeks.floor})) {
    RowReader row(stored);
    points.push_back({row.instant(0), row.text(1), row.optional_number(2), row.text(3)});
  }
  return points;
}

SummaryTotals count_old_summaries(Transaction& tx, const Uuid& project_id, const SummaryFloors& floors) {
  const auto result = tx.exec(sql::count_old_summaries, {project_id, floors.gone_before, floors.thinned_before});
  RowReader row(result[0]);
  return {{row.integer(0), row.integer(1)}, {row.integer(3), row.integer(4)}, row.integer(2)};
}

RowTotals delete_old_summaries(Transaction& tx, const Uuid& project_id, Instant before, std::int64_t limit) {
  return totals_of(tx.exec(sql::delete_old_summaries, {project_id, before, limit}));
}

RowTotals thin_summaries(Transaction& tx, const Uuid& project_id, Instant before, std::int64_t limit) {
  return totals_of(tx.exec(sql::thin_summaries, {project_id, before, limit}));
}

RowTotals count_old_quarantine(Transaction& tx, Instant before) {
  return totals_of(tx.exec(sql::count_old_quarantine, {before}));
}

RowTotals delete_old_quarantine(Transaction& tx, Instant before, std::int64_t limit) {
  return totals_of(tx.exec(sql::delete_old_quarantine, {before, limit}));
}

std::vector<std::string> ledger_jobs(Transaction& tx) {
  std::vector<std::string> jobs;
  for (const auto& stored : tx.exec(sql::list_ledger_jobs)) jobs.push_back(RowReader{stored}.text(0));
  return jobs;
}

RowTotals count_old_runs(Transaction& tx, std::string_view job, Instant before) {
  return totals_of(tx.exec(sql::count_old_runs, {job, before}));
}

RowTotals delete_old_runs(Transaction& tx, std::string_view job, Instant before, std::int64_t limit) {
  return totals_of(tx.exec(sql::delete_old_runs, {job, before, limit}));
}

void raise_data_versions(Transaction& tx, const Uuid& project_id, const std::set<MetricFamily>& families,
                         Instant when) {
  if (families.empty()) return;
  std::vector<std::string> names;
  for (const MetricFamily family : families) names.emplace_back(to_string(family));
  tx.exec(sql::raise_data_versions, {project_id, names, when});
}

StandingRows describe_rows(Transaction& tx, const Uuid& project_id, std::string_view metric_key, KeptRows rows) {
  const auto result = rows == KeptRows::breakdown ? tx.exec(sql::describe_breakdown_rows, {project_id, metric_key})
                      : rows == KeptRows::drilldown
                          ? tx.exec(sql::describe_drilldown_rows, {project_id, metric_key})
                          : tx.exec(sql::describe_trend_rows, {project_id, metric_key, grain_of(rows)});
  RowReader row(result[0]);
  return {row.integer(0), row.optional_instant(1), row.optional_instant(2)};
}

}  // namespace tidemark::readmodel
