// One point taken apart: its value computed again, the facts that it is made of, and what was left out and why. The
// metric itself notes them while it makes the point, so value and evidence cannot disagree.
// Spec: contract v1.0, "GET /v1/metrics/explain".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compute/project.hpp"
#include "compute/trace.hpp"
#include "contracts/dimensions.hpp"

namespace tidemark::compute {

struct PointKey {
  std::string_view metric;  // a key of the catalogue's delivery metrics
  Grain grain = Grain::day;
  Instant at;  // any instant of the bucket
  Dimensions dimensions;
};

// Why there is no point.
enum class Absence {
  after_as_of,        // the bucket begins after the as-of
  before_first_fact,  // the bucket ends before anything was known of the project
  past_retention,     // rows of that age and grain are not kept
  unknown_value,      // no point of the metric has this value of the dimension
  no_fact,            // event: nothing happened in the bucket
  no_change,          // level, by the hour: no task was created or changed state
  nothing_held,       // level, by a dimension: nothing that counts has the value at the bucket's end
  no_dependency,      // dependency_risk: the project records no dependency
  undefined,          // rolling: nothing in the window that it could be made of
};
std::string_view to_string(Absence absence);

struct PointExplanation {
  Bucket bucket;
  Window window;                      // what the metric looks at; of a level: from the first fact on
  std::optional<PointValue> value;    // nullopt: there is no such point
  std::optional<Absence> absence;     // set where value is not
  std::vector<std::string> values;    // those that the dimension has, ascending; empty without a dimension
  std::optional<Instant> first_fact;  // nullopt: nothing is known of the project
  Combination combination = Combination::sum;
  std::vector<Included> included;
  std::vector<LeftOut> left_out;
};

// `unread`: rows that the readers left out or could not read. Requires: `key.metric` has the grain and the dimension.
PointExplanation explain_point(const ProjectSources& sources, const ComputeOptions& options, const PointKey& key,
                               const std::vector<Exclusion>& unread);

}  // namespace tidemark::compute
