// The snapshot job: one summary row per active project at the slot's instant, and at the day's first slot one per
// milestone with open tasks. Spec: jobs; contract, "Windows of a summary".
#pragma once

#include <functional>
#include <vector>

#include "jobs/project_pool.hpp"
#include "readmodel/row_writer.hpp"

namespace tidemark::jobs {

struct SnapshotOptions {
  ProjectPool pool;
  Instant as_of;
  std::vector<readmodel::ProjectHeader> projects;
  std::function<void(std::size_t done)> progress;  // called from the workers after each project; may be empty
};

struct SnapshotReport {
  std::size_t projects = 0;
  readmodel::TableCounts summary;
  std::vector<ProjectFailure> failures;
  Micros elapsed{0};
};

SnapshotReport take_snapshots(const SnapshotOptions& options);

// The projects that snapshot covers: the active ones.
std::vector<readmodel::ProjectHeader> snapshot_projects(readmodel::Session& session);

}  // namespace tidemark::jobs
