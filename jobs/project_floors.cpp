#include "jobs/project_floors.hpp"

#include <fmt/format.h>

#include "readmodel/floor_store.hpp"
#include "readmodel/quarantine_store.hpp"

namespace tidemark::jobs {

std::optional<Instant> sources_reach_back_to(Instant as_of, const RetentionRules& rules) {
  if (!rules.source_retention_days) return std::nullopt;
  const Instant oldest = as_of - *rules.source_retention_days * kDay;
  const Instant monday = bucket_start(Grain::week, oldest);
  return monday == oldest ? monday : monday + kWeek;
}

ProjectFloors project_floors(readmodel::Transaction& tx, const Uuid& project_id, Instant as_of,
                             const RetentionRules& rules) {
  ProjectFloors floors{readmodel::read_floors(tx, project_id), {}};
  for (const auto& [metric, policy] : rules.policies)
    if (!floors.computed.contains(metric)) floors.missing.emplace(metric, floors_at(policy, as_of));
  floors.computed.insert(floors.missing.begin(), floors.missing.end());
  if (const auto reach = sources_reach_back_to(as_of, rules))
    for (auto& [metric, of_metric] : floors.computed) of_metric = frozen_before(std::move(of_metric), *reach);
  return floors;
}

std::vector<QuarantineRow> late_changes(const std::vector<SourceChange>& changes, Instant as_of,
                                        const RetentionRules& rules) {
  std::vector<QuarantineRow> late;
  const auto reach = sources_reach_back_to(as_of, rules);
  if (!reach) return late;
  for (const auto& change : changes)
    if (change.since && *change.since < *reach)
      late.push_back({change.source, change.source_id,
                      fmt::format("{}its instant {} lies before {}, and with source_retention_days = {} no bucket that "
                                  "begins before that is computed any more",
                                  readmodel::kLateChange, format_instant(*change.since), format_instant(*reach),
                                  *rules.source_retention_days)});
  return late;
}

}  // namespace tidemark::jobs
