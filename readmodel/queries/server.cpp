#include "readmodel/queries/server.hpp"

#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

constexpr std::int64_t kLargeTable = std::int64_t{1} << 20;

}  // namespace

ServerFacts read_server_facts(Transaction& tx) {
  const auto found = tx.exec(sql::read_server_facts);
  const auto stored = found[0];
  RowReader row(stored);
  return {row.text(0), row.text(1), row.text(2), row.instant(3), row.integer(4)};
}

std::vector<MissingPrivilege> missing_privileges(Transaction& tx, const std::vector<std::string>& tables,
                                                 const std::vector<std::string>& privileges) {
  const auto& settings = tx.session().settings();
  const std::vector<std::string> schemas{settings.schema, settings.source_schema};
  std::vector<MissingPrivilege> missing;
  for (const auto& stored : tx.exec(sql::missing_privileges, {schemas, tables, privileges})) {
    RowReader row(stored);
    missing.push_back({row.text(0), row.text(1)});
  }
  return missing;
}

std::vector<UnindexedTable> find_unindexed_tables(Transaction& tx, const std::vector<std::string>& tables) {
  std::vector<UnindexedTable> found;
  for (const auto& stored : tx.exec(sql::find_unindexed_tables, {tables, kLargeTable})) {
    RowReader row(stored);
    found.push_back({row.text(0), row.view(1) == "t"});
  }
  return found;
}

std::vector<UnindexedInstant> find_unindexed_instants(Transaction& tx, const std::vector<std::string>& tables) {
  std::vector<UnindexedInstant> found;
  for (const auto& stored : tx.exec(sql::find_unindexed_instants, {tables, kLargeTable})) {
    RowReader row(stored);
    found.push_back({row.text(0), row.text(1), row.view(2) == "t"});
  }
  return found;
}

}  // namespace tidemark::readmodel
