// Which rows of a project can have changed since the run before, and their recomputation from the live tasks alone.
//
//   changes found ─┐
//   time passed   ─┼─> the tasks concerned and the instant from which on anything can differ ─> those buckets' rows
//   live tasks    ─┘
//
// Everything that cannot be bounded so is left to a whole run, which is always right.
// Spec: jobs, "Incremental refresh", rules 3, 5 and 6.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "compute/project.hpp"

namespace tidemark::compute {

// What a run starts from besides the sources.
struct Since {
  const ProjectMemory& memory;               // of the run before; its tasks are the live ones and those changed
  const std::vector<SourceChange>& changes;  // found since, in any order, any of them more than once
};

// A computation of what can have changed, or why the project has to be computed whole.
struct PartialResult {
  std::optional<ComputedProject> computed;
  std::string_view whole_because;  // empty where it was computed
};

// `sources`: the live tasks of `since.memory`, those that changes name, as far as they exist, with all of their rows;
// every milestone; the project's own facts since settled.before. sources.settled is since.memory's.
PartialResult compute_changes(const ProjectSources& sources, const Since& since, const ComputeOptions& options);

}  // namespace tidemark::compute
