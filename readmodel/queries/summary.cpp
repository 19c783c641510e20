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

}  // namespace tidemark::readmodel
