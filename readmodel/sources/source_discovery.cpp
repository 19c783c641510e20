#include "readmodel/sources/source_discovery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

// The columns by which a refresh reads the rows of a task.
constexpr std::array<std::pair<const char*, const char*>, 8> kTaskColumns{{
    {"task", "id"},
    {"event_log", "entity_id"},
    {"lease", "task_id"},
    {"gate_decision", "task_id"},
    {"gate_candidate_link", "candidate_task_id"},
    {"gate_candidate_link", "gate_task_id"},
    {"integration_attempt", "task_id"},
    {"dependency_edge", "to_task_id"},
}};

FoundTables find_columns(Transaction& tx) {
  std::vector<std::string> names;
  for (const auto& table : source_tables()) names.emplace_back(table.name);
  FoundTables found;
  for (const auto& row : tx.exec(sql::describe_sources, {names, tx.session().settings().source_schema}))
    found[row[0].c_str()][row[1].c_str()] = {row[2].c_str(), row[3].c_str()};
  return found;
}

bool is_uuid(const FoundTables& found, const char* table, const char* column) {
  const auto at = found.find(table);
  if (at == found.end()) return true;  // not there, not read
  const auto type = at->second.find(column);
  return type == at->second.end() || type->second.basic_type == "uuid";
}

bool uuid_keyed(const FoundTables& found) {
  return std::all_of(kTaskColumns.begin(), kTaskColumns.end(), [&](const auto& key) {
    return is_uuid(found, key.first, key.second) && is_uuid(found, key.first, "project_id");
  });
}

}  // namespace

SourceAssessment assess_sources(Transaction& tx) { return tidemark::assess_sources(find_columns(tx)); }

SourceCapabilities discover_sources(Transaction& tx) {
  const auto found = find_columns(tx);
  const auto assessment = tidemark::assess_sources(found);
  for (const auto& finding : assessment.findings)
    if (finding.need == Need::required)
      throw Error(ErrorKind::failed, fmt::format("source schema '{}': {}; name the right one with --source-schema, or "
                                                 "ask `tidemark doctor` for all that is missing",
                                                 tx.session().settings().source_schema, finding.text()));
  SourceCapabilities capabilities(assessment);
  capabilities.set_uuid_keyed(uuid_keyed(found));
  return capabilities;
}

}  // namespace tidemark::readmodel
