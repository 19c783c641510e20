// From which bucket start on a project's rows are computed: where compaction has left them, and where the sources still
// reach. Spec: jobs, "Compaction".
#pragma once

#include <optional>
#include <vector>

#include "contracts/catalogue.hpp"
#include "contracts/project_memory.hpp"
#include "contracts/retention.hpp"
#include "contracts/rows.hpp"
#include "readmodel/session.hpp"

namespace tidemark::jobs {

// How long rows and their sources are kept.
struct RetentionRules {
  Policies policies = catalogue_policies();
  std::optional<int> source_retention_days{};  // nullopt: sources are kept for ever
};

// Buckets that begin before it can no longer be computed, for some of their sources may be gone; nullopt: all can. A
// Monday, so that a week never stands still while its later days move on.
std::optional<Instant> sources_reach_back_to(Instant as_of, const RetentionRules& rules);

struct ProjectFloors {
  Floors computed;  // what is computed and compared: from the stored floors on, as far back as the sources reach
  Floors missing;   // of metrics that have none stored yet, to be stored with their first rows
};

ProjectFloors project_floors(readmodel::Transaction& tx, const Uuid& project_id, Instant as_of,
                             const RetentionRules& rules);

// The changes that came too late to be computed wholly, as entries of the quarantine.
std::vector<QuarantineRow> late_changes(const std::vector<SourceChange>& changes, Instant as_of,
                                        const RetentionRules& rules);

}  // namespace tidemark::jobs
