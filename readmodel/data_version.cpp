#include "readmodel/data_version.hpp"

#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {

std::optional<DataVersion> read_data_version(Transaction& tx, const Uuid& project_id, std::string_view family) {
  const auto found = tx.exec(sql::read_data_version, {project_id, family});
  if (found.empty()) return std::nullopt;
  const auto stored = found[0];
  RowReader row(stored);
  DataVersion version{row.instant(1), std::nullopt, row.text(3)};
  if (!row.null(2)) version.source_watermark = row.integer(2);
  return version;
}

void write_data_version(Transaction& tx, const Uuid& project_id, std::string_view family, const DataVersion& version,
                        Instant computed_at, RowChanges changes) {
  tx.exec(sql::write_data_version, {project_id, family, version.as_of, version.source_watermark,
                                    version.definition_hash, computed_at, changes == RowChanges::some ? 1 : 0});
}

}  // namespace tidemark::readmodel
