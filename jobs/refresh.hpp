// The refresh job: brings trend, breakdown and drilldown of every project to an as-of. Spec: jobs; delivery metrics.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "compute/horizon.hpp"
#include "jobs/project_pool.hpp"
#include "readmodel/project_writer.hpp"

namespace tidemark::jobs {

struct RefreshOptions {
  ProjectPool pool;
  Instant as_of;
  std::vector<readmodel::ProjectHeader> projects;
  compute::Retention retention;
  std::function<void(std::size_t done)> progress;  // called from the workers after each project; may be empty
};

struct RefreshReport {
  std::size_t projects = 0;
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

// Recomputes each project from its sources, all of it, and makes the stored rows equal: what is unchanged is not
// written, what is no longer produced is deleted. Each project in one transaction.
RefreshReport refresh_full(const RefreshOptions& options);

// The projects that refresh covers: all but archived ones.
std::vector<readmodel::ProjectHeader> refreshed_projects(readmodel::Session& session);

// The hash of the definitions in force: it moves when a formula or the catalogue does.
std::string definition_hash();

}  // namespace tidemark::jobs
