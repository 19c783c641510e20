// Reads the delivery sources: which projects there are, and everything of one project that a from-scratch compute
// needs. SELECT is all it asks for. Ids may be uuid or text columns, states enums or text; what is optional and missing
// gives empty vectors and is named in ProjectSources::off. Spec: storage, "Source tables"; jobs, "Incremental refresh",
// rule 9.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/delivery_sources.hpp"
#include "contracts/rows.hpp"
#include "readmodel/session.hpp"
#include "readmodel/sources/source_discovery.hpp"

namespace tidemark::readmodel {

struct ProjectHeader {
  Uuid id;
  std::string source_id;  // the id as the source writes it
  std::string name;
  std::string status;  // active, paused, archived
};

// The projects in one of the states, or in any where `statuses` is empty, in the order of their ids. A project whose id
// is no UUID cannot have rows and is left out: see unreadable_projects().
std::vector<ProjectHeader> list_projects(Transaction& tx, const std::vector<std::string>& statuses = {});

// The projects that list_projects() leaves out, for quarantine (of no project).
std::vector<QuarantineRow> unreadable_projects(Transaction& tx);

struct ReadResult {
  ProjectSources sources;
  std::vector<QuarantineRow> quarantine;  // rows that the sources' types cannot hold, with the reason
};

// Everything of one project. Requires: `tx` is repeatable read, or the tables may be of different instants.
// Errors: tidemark::Error where a table or column that is not optional is missing, or SELECT is not granted.
ReadResult read_project(Transaction& tx, const ProjectHeader& project, const SourceCapabilities& capabilities);
ReadResult read_project(Transaction& tx, const ProjectHeader& project);

// The part of a project that a refresh reads.
struct LivePart {
  std::vector<Uuid> tasks;          // with all of their rows, as far as they exist
  const SettledTasks& settled;      // what the others add up to; the project's own facts are read since settled.before
  std::vector<std::string> events;  // ids of events of no task
};

// The part, and the tasks that it refers to (ProjectSources::referred).
// Requires: as read_project(), and capabilities.uuid_keyed().
ReadResult read_live_part(Transaction& tx, const ProjectHeader& project, const SourceCapabilities& capabilities,
                          const LivePart& part);

}  // namespace tidemark::readmodel
