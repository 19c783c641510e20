// What compaction decides of one metric from what is stored: where its floors go, which weeks have to be verified
// before their hours and days go, and whether a week is what its days say. Pure. Spec: jobs, "Compaction".
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compute/merging.hpp"
#include "contracts/catalogue.hpp"
#include "contracts/retention.hpp"
#include "contracts/rows.hpp"

namespace tidemark::jobs {

// When everything past its policy at `as_of` goes. Hours, days, weeks and months that had not ended at
// `computed_as_of`, for which the stored rows stand, never do.
struct CompactionInstants {
  Instant as_of;
  Instant computed_as_of;
};

// Where the floors go. They only move forward; the left weeks are still those of `stored`.
MetricFloors next_floors(const MetricFloors& stored, const RetentionPolicy& policy, const CompactionInstants& at);

// Of the weeks in which hours or days stand, those that must be what their days say before rows of theirs go: the floor
// of hours or of days passes them, or they were left. A week whose own row is past its policy has nothing to be
// compared with.
std::vector<Instant> weeks_to_verify(const MetricFloors& stored, const MetricFloors& next,
                                     const std::set<Instant>& standing);

// The points of one dimension combination in one week.
struct WeekPoints {
  std::optional<compute::StoredPoint> week;
  std::vector<compute::StoredPoint> days;  // ascending
};
// By dimensions as jsonb prints them.
using WeekRows = std::map<std::string, WeekPoints>;

struct WeekVerdict {
  std::vector<TrendRow> merged;  // the rows that the week lacks, without ids
  std::string reason;            // why the hours and days must stay; empty: the week stands for them
};

WeekVerdict verify_week(const Metric& metric, Instant week, const WeekRows& rows);

}  // namespace tidemark::jobs
