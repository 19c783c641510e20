#include "readmodel/sources/uncounted_reader.hpp"

#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

std::vector<UncountedRow> read_rows_of(Transaction& tx, const Statement& statement, const ProjectHeader& project) {
  std::vector<UncountedRow> rows;
  for (const auto& stored : tx.exec(statement, {project.source_id})) {
    RowReader row(stored);
    rows.push_back({row.text(0), row.optional_uuid(1), row.optional_instant(2)});
  }
  return rows;
}

}  // namespace

UncountedRows read_uncounted(Transaction& tx, const ProjectHeader& project, const SourceCapabilities& capabilities) {
  UncountedRows rows;
  if (capabilities.has("integration_attempt"))
    rows.queued_attempts = read_rows_of(tx, sql::read_queued_attempts, project);
  if (capabilities.has("plan_change_set"))
    rows.unapplied_change_sets = read_rows_of(tx, sql::read_unapplied_change_sets, project);
  return rows;
}

}  // namespace tidemark::readmodel
