// What `tidemark retention explain` shows: which rows of a metric are kept, how long, by whose word, and what stands.
// Spec: jobs, "Compaction".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "jobs/retention_settings.hpp"
#include "jobs/views/answer.hpp"
#include "readmodel/compaction.hpp"

namespace tidemark::views {

// One kind of the metric's rows.
struct RetainedRows {
  KeptRows rows = KeptRows::trend_day;
  jobs::Kept kept;
  std::optional<Instant> floor;  // nullopt: nothing has been compacted
  readmodel::StandingRows standing;
  std::optional<Instant> oldest_goes;  // the as-of at which the oldest row that stands goes; nullopt: never, or no row
};

struct Retained {
  Uuid project_id;
  std::string project;
  const Metric* metric = nullptr;
  std::optional<Instant> as_of;  // nullopt: nothing has been computed
  std::vector<RetainedRows> rows;
  std::vector<Instant> left_weeks;
};

// Errors: tidemark::Error of kind usage for an unknown project or metric; those of the session.
Retained read_retained(readmodel::Session& session, const std::string& project, const std::string& metric,
                       const jobs::RetentionInForce& in_force);

Json retained_json(const Retained& retained);

}  // namespace tidemark::views
