#include "readmodel/queries/explain.hpp"

#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

// The jobs that write points.
const std::vector<std::string> kWritingJobs{"refresh", "reconcile", "compact", "backfill"};

}  // namespace

std::optional<StoredPoint> read_point(Transaction& tx, const PointQuery& query) {
  Params params{query.project_id, query.metric_key, query.grain, query.bucket};
  const bool in_trend = query.table == PointTable::trend;
  if (in_trend) {
    params.emplace_back(query.dimensions.stored_form());
  } else {
    params.emplace_back(query.dimensions.name);
    params.emplace_back(query.dimensions.value);
  }
  const auto result = tx.exec(in_trend ? sql::read_trend_point : sql::read_breakdown_point, params);
  if (result.empty()) return std::nullopt;
  const auto stored = result[0];
  RowReader row(stored);
  return StoredPoint{{row.optional_number(0), row.text(1)}, row.instant(2)};
}

std::optional<WritingRun> find_writing_run(Transaction& tx, const Uuid& project_id, Instant computed_at) {
  const auto result = tx.exec(sql::find_writing_run, {project_id, computed_at, kWritingJobs});
  if (result.empty()) return std::nullopt;
  const auto stored = result[0];
  RowReader row(stored);
  return WritingRun{row.uuid(0),
                    row.text(1),
                    row.text(2),
                    row.text(3),
                    row.optional_instant(4),
                    row.instant(5),
                    row.optional_instant(6),
                    row.optional_text(7)};
}

std::vector<OpenQuarantine> list_project_quarantine(Transaction& tx, const Uuid& project_id) {
  std::vector<OpenQuarantine> entries;
  for (const auto& stored : tx.exec(sql::list_project_quarantine, {project_id})) {
    RowReader row(stored);
    entries.push_back({row.text(0), row.text(1), row.text(2), row.instant(3)});
  }
  return entries;
}

}  // namespace tidemark::readmodel
