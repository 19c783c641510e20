#include "compute/project.hpp"

#include <algorithm>
#include <tuple>

#include "compute/memory.hpp"
#include "compute/metric_list.hpp"

namespace tidemark::compute {
namespace {

void put_in_key_order(ProjectRows& rows) {
  std::sort(rows.trend.begin(), rows.trend.end(), [](const TrendRow& a, const TrendRow& b) {
    return std::tie(a.metric_key, a.grain, a.bucket, a.dimensions) <
           std::tie(b.metric_key, b.grain, b.bucket, b.dimensions);
  });
  std::sort(rows.breakdown.begin(), rows.breakdown.end(), [](const BreakdownRow& a, const BreakdownRow& b) {
    return std::tie(a.metric_key, a.grain, a.bucket, a.dimension_key, a.dimension_value) <
           std::tie(b.metric_key, b.grain, b.bucket, b.dimension_key, b.dimension_value);
  });
  std::sort(rows.drilldown.begin(), rows.drilldown.end(), [](const DrilldownRow& a, const DrilldownRow& b) {
    return std::tie(a.metric_key, a.entity_type, a.entity_id, a.bucket) <
           std::tie(b.metric_key, b.entity_type, b.entity_id, b.bucket);
  });
}

}  // namespace

ProjectRows finished_rows(ProjectView& view, const Uuid& project_id, const std::vector<Uuid>* entities) {
  ProjectRows rows;
  RowSink sink(view.horizon(), rows, entities);
  for (const Metric metric : kMetrics) metric(view, sink);
  put_in_key_order(rows);
  assign_ids(project_id, rows);
  rows.quarantine = std::move(view.quarantine);
  return rows;
}

ComputedProject compute_whole(const ProjectSources& sources, const ComputeOptions& options) {
  ProjectView view(sources, options.as_of, options.clock, options.floors);
  ComputedProject computed;
  computed.memory = remember(view, sources);
  computed.rows = finished_rows(view, sources.project_id);
  return computed;
}

ProjectRows compute_project(const ProjectSources& sources, const ComputeOptions& options) {
  ProjectView view(sources, options.as_of, options.clock, options.floors);
  return finished_rows(view, sources.project_id);
}

}  // namespace tidemark::compute
