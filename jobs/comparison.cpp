#include "jobs/comparison.hpp"

#include "compute/project.hpp"
#include "readmodel/checkpoint.hpp"
#include "readmodel/clock.hpp"
#include "readmodel/quarantine_store.hpp"
#include "readmodel/queries/watermark.hpp"

namespace tidemark::jobs {
Standing read_standing(readmodel::Transaction& tx, const Uuid& project_id) {
  return {readmodel::read_data_versions(tx, project_id), readmodel::read_checkpoint(tx, {project_id}).fencing_token,
          readmodel::count_dirty(tx, project_id), readmodel::database_clock(tx)};
}

std::set<std::string> comparable_metrics(readmodel::Transaction& tx, const Uuid& project_id) {
  auto metrics = readmodel::list_stored_metrics(tx, project_id);
  for (const auto& metric : all_metrics())
    if (metric.domain == Domain::delivery) metrics.emplace(metric.key);
  return metrics;
}

std::set<std::string> redefined_metrics(const std::set<std::string>& metrics, const readmodel::DataVersions& versions) {
  std::set<std::string> redefined;
  for (const auto& key : metrics) {
    const auto* metric = find_metric(key);
    const auto version = versions.find(family_of(key));
    const bool in_force = metric != nullptr && version != versions.end() &&
                          version->second.definition_of(key) == definition_hash(*metric);
    if (!in_force) redefined.insert(key);
  }
  return redefined;
}

ProjectComparison compare_project(readmodel::Transaction& tx, const readmodel::ProjectHeader& project,
                                  const Standing& standing, const ComparisonOptions& options) {
  ProjectComparison result;
  const auto read = readmodel::read_project(tx, project);
  const Instant as_of = standing.as_of();
  readmodel::ComparedBuckets buckets{project_floors(tx, project.id, as_of, options.retention).computed, std::nullopt};
  if (options.days) buckets.since = as_of - *options.days * kDay;
  result.computed = compute::compute_project(read.sources, {as_of, standing.clock, buckets.floors});
  auto& quarantine = result.computed.quarantine;
  quarantine.insert(quarantine.end(), read.quarantine.begin(), read.quarantine.end());
  if (options.retention.source_retention_days) {
    const auto late = readmodel::open_late_changes(tx, project.id);
    quarantine.insert(quarantine.end(), late.begin(), late.end());
  }
  result.found = readmodel::compare_with_stored(tx, project.id, result.computed, options.metrics, buckets);
  return result;
}

}  // namespace tidemark::jobs
