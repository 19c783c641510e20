// The whole of one project at an as-of, from its sources: what a from-scratch run stores.
// Spec: delivery metrics; jobs ("refresh", "snapshot").
#pragma once

#include <optional>
#include <vector>

#include "compute/horizon.hpp"
#include "compute/project_view.hpp"
#include "contracts/delivery_sources.hpp"
#include "contracts/project_memory.hpp"
#include "contracts/rows.hpp"

namespace tidemark::compute {

struct ComputeOptions {
  Instant as_of;  // whatever happened after it is invisible
  Instant clock;  // the database's clock, for telling events of the future from those that are late
  Floors floors;  // below them nothing is written; of a metric that is not named everything is
};

struct ComputedProject {
  ProjectRows rows;
  ProjectMemory memory;          // for the next run
  std::optional<Extent> extent;  // nullopt: the rows are all that the project has
};

// The whole project, and what the next run can build on.
ComputedProject compute_whole(const ProjectSources& sources, const ComputeOptions& options);

// Every row of trend, breakdown and drilldown, with ids, in key order, and the source rows that could not be used.
// The same sources (in any order) and options give the same bytes.
ProjectRows compute_project(const ProjectSources& sources, const ComputeOptions& options);

// The rows of the buckets that the view's horizon keeps; of drilldown rows with a bucket those of `entities`
// (ascending), or all where it is nullptr.
ProjectRows finished_rows(ProjectView& view, const Uuid& project_id, const std::vector<Uuid>* entities = nullptr);

// Whether a snapshot is its UTC day's first, which also records one summary per milestone with open tasks.
enum class Slot { first_of_day, later };

// The summary of the project (scope {}) and, at the day's first slot, of its milestones.
std::vector<SummaryRow> compute_summaries(const ProjectSources& sources, const ComputeOptions& options, Slot slot);

}  // namespace tidemark::compute
