#include "migrations/source_check.hpp"

#include "migrations/connection.hpp"
#include "migrations/statements.hpp"

namespace tidemark::migrations {

std::vector<std::string> source_table_names() {
  std::vector<std::string> names;
  for (const auto& table : source_tables()) names.emplace_back(table.name);
  return names;
}

std::vector<SourceFinding> check_sources(const std::string& url, const std::string& schema) {
  Connection connection(url);
  Work work(connection);
  FoundTables found;
  for (auto& row : work.exec(sql::source_columns, {schema, array_parameter(source_table_names())}))
    found[*row[0]][*row[1]] = {*row[2], *row[3]};
  return assess_sources(found).findings;
}

}  // namespace tidemark::migrations
