// One stored point explained: how it came to be, and the same point computed again from the sources as they are now, at
// the as-of that the stored one stands for. Reads only.
// Spec: contract v1.0, "GET /v1/metrics/explain"; style, "explain and health come through an interface".
#pragma once

#include <optional>
#include <vector>

#include "compute/explain.hpp"
#include "contracts/catalogue.hpp"
#include "jobs/project_floors.hpp"
#include "readmodel/data_version.hpp"
#include "readmodel/queries/explain.hpp"
#include "readmodel/sources/delivery_reader.hpp"

namespace tidemark::jobs {

struct ExplainRequest {
  readmodel::ProjectHeader project;
  const Metric* metric = nullptr;  // of the delivery domain; has the grain and the dimension
  Grain grain = Grain::day;
  std::optional<Instant> at;  // any instant of the bucket; nullopt: the as-of
  Dimensions dimensions;
  RetentionRules retention{};
};

// What computing the point again says of the stored one.
enum class Verdict {
  equal,           // the same value, to the last digit
  different,       // another value
  not_stored,      // the sources give a point, and none is stored
  not_reproduced,  // a point is stored, and the sources give none
  no_point,        // neither
};
std::string_view to_string(Verdict verdict);

struct Explanation {
  compute::PointExplanation point;
  std::optional<readmodel::StoredPoint> stored;
  readmodel::DataVersion version;  // of the stored points; its as-of is what was computed for
  std::optional<readmodel::WritingRun> run;
  std::vector<readmodel::OpenQuarantine> quarantine;  // of the project, by source, then key
  Verdict verdict = Verdict::no_point;
};

// Requires: `tx` is repeatable read. Errors: tidemark::Error of kind failed where nothing of the project has been
// computed; those of the session.
Explanation explain(readmodel::Transaction& tx, const ExplainRequest& request);

}  // namespace tidemark::jobs
