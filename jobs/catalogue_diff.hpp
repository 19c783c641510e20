// What the definitions in force would move of what is stored, before a refresh moves it. Nothing is written.
// Spec: jobs, "Incremental refresh", rule 7.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "jobs/project_floors.hpp"
#include "jobs/project_pool.hpp"
#include "readmodel/comparison.hpp"

namespace tidemark::jobs {

enum class DiffedMetrics {
  redefined,  // those that were computed by another definition than the one in force
  all,
};

struct CatalogueDiffOptions {
  ProjectPool pool;
  std::vector<readmodel::ProjectHeader> projects;
  DiffedMetrics metrics = DiffedMetrics::redefined;
  RetentionRules retention{};
  std::function<void(std::size_t done)> progress{};  // called from the workers after each project; may be empty
};

struct CatalogueDiff {
  std::size_t projects = 0;
  std::size_t never_computed = 0;   // of them
  std::size_t waiting = 0;          // of them: changes of the sources wait, and what they move is in the figures too
  std::set<std::string> redefined;  // metrics of which some project has rows by another definition
  readmodel::MetricDifferences metrics;  // every metric that was compared, summed over the projects
  std::vector<ProjectFailure> failures;
  Micros elapsed{0};
};

// Each project at the as-of that its rows stand for, in one snapshot.
CatalogueDiff diff_catalogue(const CatalogueDiffOptions& options);

}  // namespace tidemark::jobs
