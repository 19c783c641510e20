// What is stored about one point and about how it came to be. Spec: contract, "GET /v1/metrics/explain".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/bucket.hpp"
#include "contracts/dimensions.hpp"
#include "contracts/rows.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

enum class PointTable { trend, breakdown };

struct PointQuery {
  Uuid project_id;
  std::string_view metric_key;
  Grain grain = Grain::day;
  Instant bucket;  // its start
  Dimensions dimensions;
  PointTable table = PointTable::trend;
};

struct StoredPoint {
  PointValue value;
  Instant computed_at;
};

// nullopt: no such row. Requires: a point of the breakdown has a dimension.
std::optional<StoredPoint> read_point(Transaction& tx, const PointQuery& query);

struct WritingRun {
  Uuid id;
  std::string job;
  std::string mode;
  std::string status;
  std::optional<Instant> as_of;
  Instant started_at;
  std::optional<Instant> finished_at;
  std::optional<std::string> worker;  // host and process
};

// The run of the ledger that was under way when points of the project were written. nullopt: it left no row.
std::optional<WritingRun> find_writing_run(Transaction& tx, const Uuid& project_id, Instant computed_at);

struct OpenQuarantine {
  std::string source;
  std::string source_key;
  std::string reason;
  Instant first_seen;
};

// By source, then key.
std::vector<OpenQuarantine> list_project_quarantine(Transaction& tx, const Uuid& project_id);

}  // namespace tidemark::readmodel
