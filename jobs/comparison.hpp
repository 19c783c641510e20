// A project's stored rows beside a recompute from its sources at the as-of that they stand for: the core of reconcile
// and of `tidemark catalogue diff`. Spec: jobs ("reconcile") and "Incremental refresh", rules 4 and 7.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "jobs/project_floors.hpp"
#include "readmodel/comparison.hpp"
#include "readmodel/data_version.hpp"
#include "readmodel/sources/delivery_reader.hpp"

namespace tidemark::jobs {

// What is known of a project's rows, in one snapshot.
struct Standing {
  readmodel::DataVersions versions;  // empty: nothing has been computed
  std::int64_t fencing_token = 0;    // of the refresh checkpoint
  std::int64_t waiting = 0;          // changes of the sources that are found and not computed
  Instant clock;                     // the database's

  Instant as_of() const { return *readmodel::newest_as_of(versions); }  // Requires: something has been computed
  // What the rows stand for. Requires: something has been computed.
  const readmodel::SourceState& state() const { return versions.begin()->second.state; }
};
Standing read_standing(readmodel::Transaction& tx, const Uuid& project_id);

// Every metric of the catalogue that is computed for projects, and every other one of which the project has rows.
std::set<std::string> comparable_metrics(readmodel::Transaction& tx, const Uuid& project_id);

// Those of them whose definition is another than the one that the stored rows were computed with.
std::set<std::string> redefined_metrics(const std::set<std::string>& metrics, const readmodel::DataVersions& versions);

struct ComparisonOptions {
  std::set<std::string> metrics;
  std::optional<int> days;  // buckets that end in the days before the as-of; nullopt: all
  RetentionRules retention;
};

struct ProjectComparison {
  ProjectRows computed;
  readmodel::Comparison found;  // points into `computed`
};

// What lies below the floors is left out, with whatever days: a recompute does not give it, and deleting it is
// compaction's business. Requires: `tx` is repeatable read and `standing` is of it; something has been computed.
ProjectComparison compare_project(readmodel::Transaction& tx, const readmodel::ProjectHeader& project,
                                  const Standing& standing, const ComparisonOptions& options);

}  // namespace tidemark::jobs
