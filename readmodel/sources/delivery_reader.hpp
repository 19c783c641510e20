// Reads the delivery sources: which projects there are, and everything of one project that a from-scratch compute
// needs. SELECT is all it asks for. Ids may be uuid or text columns, states enums or text; tables that are optional and
// missing give empty vectors. Spec: storage, "Source tables"; jobs, "Incremental refresh", rule 9.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/delivery_sources.hpp"
#include "contracts/rows.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

struct ProjectHeader {
  Uuid id;
  std::string source_id;  // the id as the source writes it: what a text column is compared with
  std::string name;
  std::string status;  // active, paused, archived
};

// The projects in one of the states, or in any where `statuses` is empty, in the order of their ids. A project whose id
// is no UUID cannot have rows and is left out: see unreadable_projects().
std::vector<ProjectHeader> list_projects(Transaction& tx, const std::vector<std::string>& statuses = {});

// The projects that list_projects() leaves out, for quarantine (of no project).
std::vector<QuarantineRow> unreadable_projects(Transaction& tx);

// Which of the source tables that may be missing are there.
class SourceCapabilities {
 public:
  SourceCapabilities() = default;
  explicit SourceCapabilities(std::set<std::string, std::less<>> tables) : tables_(std::move(tables)) {}
  bool has(std::string_view table) const { return tables_.count(table) != 0; }

 private:
  std::set<std::string, std::less<>> tables_;
};

// One catalogue query; valid as long as nobody changes the schema, so once per session is enough.
SourceCapabilities discover_sources(Transaction& tx);

struct ReadResult {
  ProjectSources sources;
  std::vector<QuarantineRow> quarantine;  // rows that the sources' types cannot hold, with the reason
};

// Everything of one project. Requires: `tx` is repeatable read, or the tables may be of different instants.
// Errors: tidemark::Error where a table or column that is not optional is missing, or SELECT is not granted.
ReadResult read_project(Transaction& tx, const ProjectHeader& project, const SourceCapabilities& capabilities);
ReadResult read_project(Transaction& tx, const ProjectHeader& project);

}  // namespace tidemark::readmodel
