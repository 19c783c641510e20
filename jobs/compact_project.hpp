// Compaction of one project: its plan, read in one snapshot, and the plan carried out. Spec: jobs, "Compaction".
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/compact.hpp"
#include "readmodel/compaction.hpp"

namespace tidemark::jobs {

// Rows below a floor that go, and what they are counted as.
struct DoomedRows {
  CompactPolicy policy;
  readmodel::RowsBelow below;
  readmodel::RowTotals expected;
};

struct ProjectPlan {
  std::int64_t fencing_token = 0;  // in the snapshot of the plan
  Floors floors;                   // of metrics whose floors or left weeks move
  std::vector<TrendRow> merged;    // missing week rows, with their ids
  std::vector<DoomedRows> doomed;  // that there are any of
  readmodel::SummaryFloors summary_floors;
  readmodel::SummaryTotals summaries;
  CompactReport report;  // what was examined, and the weeks that are left
};

// Requires: `tx` is repeatable read. nullopt: nothing of the project has been computed, or the run was told to stop.
std::optional<ProjectPlan> plan_project(readmodel::Transaction& tx, const readmodel::ProjectHeader& project,
                                        const CompactOptions& options);

// What week rows that are made of days are counted as: the policy of the days.
CompactPolicy merged_policy(const RetentionInForce& retention, std::string_view metric_key);

// Adds to the plan's report what the plan does: what a run of it reports.
CompactReport planned_report(const ProjectPlan& plan, const CompactOptions& options);

// Plans, writes and reports. Errors: tidemark::Error.
CompactReport compact_project(readmodel::Session& session, const readmodel::ProjectHeader& project,
                              const CompactOptions& options);

}  // namespace tidemark::jobs
