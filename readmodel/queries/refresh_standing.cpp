#include "readmodel/queries/refresh_standing.hpp"

#include "contracts/definition.hpp"
#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {

std::vector<RefreshStanding> list_refresh_standings(Transaction& tx) {
  std::vector<std::string> families, definitions;
  for (const auto family : kMetricFamilies) {
    families.emplace_back(to_string(family));
    definitions.push_back(definition_hash(family));
  }
  std::vector<RefreshStanding> standings;
  for (const auto& stored : tx.exec(sql::list_refresh_standings, {families, definitions})) {
    RowReader row(stored);
    standings.push_back(
        {row.uuid(0), row.view(1) == "t", row.optional_instant(2), row.view(3) == "t", row.view(4) == "t"});
  }
  return standings;
}

}  // namespace tidemark::readmodel
