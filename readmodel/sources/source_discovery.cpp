#include "readmodel/sources/source_discovery.hpp"

#include <fmt/format.h>

#include "readmodel/statements.hpp"

namespace tidemark::readmodel {

SourceAssessment assess_sources(Transaction& tx) {
  std::vector<std::string> names;
  for (const auto& table : source_tables()) names.emplace_back(table.name);
  FoundTables found;
  for (const auto& row : tx.exec(sql::describe_sources, {names, tx.session().settings().source_schema}))
    found[row[0].c_str()][row[1].c_str()] = {row[2].c_str(), row[3].c_str()};
  return tidemark::assess_sources(found);
}

SourceCapabilities discover_sources(Transaction& tx) {
  const auto assessment = assess_sources(tx);
  for (const auto& finding : assessment.findings)
    if (finding.need == Need::required)
      throw Error(ErrorKind::failed, fmt::format("source schema '{}': {}; name the right one with --source-schema, or "
                                                 "ask `tidemark doctor` for all that is missing",
                                                 tx.session().settings().source_schema, finding.text()));
  return assessment;
}

}  // namespace tidemark::readmodel
