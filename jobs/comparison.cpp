#include "jobs/comparison.hpp"

#include "compute/project.hpp"
#include "readmodel/checkpoint.hpp"
#include "readmodel/clock.hpp"
#include "readmodel/queries/watermark.hpp"

namespace tidemark::jobs {
namespace {

// Safely before the first bucket that a policy of `days` keeps: policies are measured at the end of a bucket or its
// week.
constexpr int kMarginDays = 14;

template <typename Keeps>
Instant first_kept(Grain grain, Instant from, Keeps&& keeps) {
  Instant start = bucket_start(grain, from);
  while (!keeps(start)) start = bucket_end(grain, start);
  return start;
}

}  // namespace

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

readmodel::ComparedBuckets compared_buckets(Instant as_of, const ComparisonOptions& options) {
  const compute::Horizon horizon{as_of, as_of, options.retention};
  const auto start = [&](int kept_days) { return as_of - options.days.value_or(kept_days + kMarginDays) * kDay; };
  readmodel::ComparedBuckets buckets;
  for (const auto grain : {Grain::hour, Grain::day})
    buckets.trend[grain] = first_kept(grain, start(options.retention.trend),
                                      [&](Instant bucket) { return horizon.keeps_trend(grain, bucket); });
  for (const auto grain : {Grain::week, Grain::month})
    buckets.trend[grain] =
        options.days ? std::optional{bucket_start(grain, as_of - *options.days * kDay)} : std::nullopt;
  buckets.breakdown_day = first_kept(Grain::day, start(options.retention.breakdown),
                                     [&](Instant bucket) { return horizon.keeps_breakdown(bucket); });
  buckets.drilldown_day = first_kept(Grain::day, start(options.retention.drilldown),
                                     [&](Instant bucket) { return horizon.keeps_drilldown(bucket); });
  return buckets;
}

ProjectComparison compare_project(readmodel::Transaction& tx, const readmodel::ProjectHeader& project,
                                  const Standing& standing, const ComparisonOptions& options) {
  ProjectComparison result;
  const auto read = readmodel::read_project(tx, project);
  result.computed = compute::compute_project(read.sources, {standing.as_of(), standing.clock, options.retention});
  auto& quarantine = result.computed.quarantine;
  quarantine.insert(quarantine.end(), read.quarantine.begin(), read.quarantine.end());
  result.found = readmodel::compare_with_stored(tx, project.id, result.computed, options.metrics,
                                                compared_buckets(standing.as_of(), options));
  return result;
}

}  // namespace tidemark::jobs
