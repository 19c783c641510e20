// The refresh job: brings trend, breakdown and drilldown of every project to an as-of.
// Spec: jobs, "Incremental refresh"; delivery metrics.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "jobs/project_floors.hpp"
#include "jobs/project_pool.hpp"
#include "readmodel/project_writer.hpp"

namespace tidemark::jobs {

enum class RefreshMode {
  incremental,  // only what can have changed, where that can be told; else as whole
  whole,        // each project from all of its sources
};

struct RefreshOptions {
  ProjectPool pool;
  Instant as_of;
  std::vector<readmodel::ProjectHeader> projects;
  RetentionRules retention;
  std::function<void(std::size_t done)> progress;  // called from the workers after each project; may be empty
  RefreshMode mode = RefreshMode::incremental;
};

struct RefreshReport {
  std::size_t projects = 0;
  std::size_t whole = 0;     // of them, computed from all of their sources
  std::int64_t changes = 0;  // found in the sources and handled
  readmodel::TableCounts trend;
  readmodel::TableCounts breakdown;
  readmodel::TableCounts drilldown;
  std::int64_t quarantine_changes = 0;
  std::int64_t source_rows = 0;  // read
  std::vector<ProjectFailure> failures;
  Micros reading{0};  // summed over the workers
  Micros computing{0};
  Micros writing{0};
  Micros elapsed{0};

  std::int64_t written() const { return trend.written + breakdown.written + drilldown.written; }
  std::int64_t unchanged() const { return trend.unchanged + breakdown.unchanged + drilldown.unchanged; }
  std::int64_t deleted() const { return trend.deleted + breakdown.deleted + drilldown.deleted; }
};

// Brings each project to the as-of and makes the stored rows equal to what a whole computation gives: what is unchanged
// is not written, what is no longer produced is deleted. Each project in one transaction, which also takes away the
// changes that it handled. What was found before counts; find_changes() finds.
RefreshReport refresh(const RefreshOptions& options);

// Finds what changed in the sources since the last time, for refresh(). Writes nothing where nothing has.
// Errors: tidemark::Error of kind failed where events cannot be found without losing any, with the remedy.
void find_changes(readmodel::Session& session);

// The same, where events can be found so; else only a whole computation sees the changes, and the caller makes one.
void find_changes_where_possible(readmodel::Session& session);

// The covered projects that a refresh at `now` has something to do for: changes were found, the newest point is older
// than the freshness target allows, a bucket has ended, the definitions moved, or nothing has been computed yet.
struct RefreshPlan {
  std::vector<readmodel::ProjectHeader> due;
  std::size_t covered = 0;
  bool vanished = false;  // rows are stored of a project that is no longer in the sources
};
RefreshPlan plan_refresh(readmodel::Session& session, Instant now);

// The projects that refresh covers: all but archived ones.
std::vector<readmodel::ProjectHeader> refreshed_projects(readmodel::Session& session);

}  // namespace tidemark::jobs
