#include "readmodel/queries/summary.hpp"

#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {

std::optional<Summary> find_summary(Transaction& tx, const SummaryQuery& query) {
  const auto found = tx.exec(sql::newest_summary, {query.project_id, query.at, query.scope.stored_form()});
  if (found.empty()) return std::nullopt;
  const auto stored = found[0];
  RowReader row(stored);
  return Summary{row.instant(0), row.instant(1), row.text(2), row.text(3)};
}

std::vector<MilestoneSummary> find_milestone_summaries(Transaction& tx, const Uuid& project_id, Instant at,
                                                       Instant from) {
  std::vector<MilestoneSummary> summaries;
  for (const auto& stored : tx.exec(sql::newest_milestone_summaries, {project_id, at, from})) {
    RowReader row(stored);
    summaries.push_back({row.instant(0), row.text(1), row.text(2)});
  }
  return summaries;
}

}  // namespace tidemark::readmodel
