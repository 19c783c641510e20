#include "jobs/catalogue_diff.hpp"

#include <chrono>
#include <mutex>

#include "jobs/comparison.hpp"
#include "readmodel/queries/stored_rows.hpp"

namespace tidemark::jobs {
namespace {

CatalogueDiff diff_project(readmodel::Session& session, const readmodel::ProjectHeader& project,
                           const CatalogueDiffOptions& options) {
  CatalogueDiff diff;
  readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
  readmodel::make_read_only(tx);
  const auto standing = read_standing(tx, project.id);
  if (standing.versions.empty()) {
    diff.never_computed = 1;
    return diff;
  }
  const auto metrics = comparable_metrics(tx, project.id);
  diff.redefined = redefined_metrics(metrics, standing.versions);
  const auto& compared = options.metrics == DiffedMetrics::all ? metrics : diff.redefined;
  if (compared.empty()) return diff;
  diff.waiting = standing.waiting > 0 ? 1 : 0;
  diff.metrics = compare_project(tx, project, standing, {compared, std::nullopt, options.retention}).found.metrics;
  return diff;
}

void add(CatalogueDiff& total, const CatalogueDiff& part) {
  total.never_computed += part.never_computed;
  total.waiting += part.waiting;
  total.redefined.insert(part.redefined.begin(), part.redefined.end());
  for (const auto& [metric, tables] : part.metrics)
    for (const auto& [table, differences] : tables) total.metrics[metric][table].merge(differences);
}

}  // namespace

CatalogueDiff diff_catalogue(const CatalogueDiffOptions& options) {
  CatalogueDiff diff;
  diff.projects = options.projects.size();
  std::vector<CatalogueDiff> parts(options.projects.size());
  std::mutex mutex;
  std::size_t done = 0;
  const auto start = std::chrono::steady_clock::now();
  diff.failures = for_each_project(options.pool, options.projects, [&](readmodel::Session& session, std::size_t index) {
    parts[index] = diff_project(session, options.projects[index], options);
    const std::lock_guard lock(mutex);
    if (options.progress) options.progress(++done);
  });
  for (const auto& part : parts) add(diff, part);
  diff.elapsed = std::chrono::duration_cast<Micros>(std::chrono::steady_clock::now() - start);
  return diff;
}

}  // namespace tidemark::jobs
