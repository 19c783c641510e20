// Finished rows of the four dashboard tables: complete before they reach storage, ids and canonical JSON included.
// Spec: storage, "The four tables".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/bucket.hpp"
#include "contracts/dimensions.hpp"
#include "contracts/time.hpp"
#include "contracts/uuid.hpp"

namespace tidemark {

inline constexpr std::string_view kContractVersion = "1.0";

// A point's value. value_numeric is unrounded, never -0, NULL where the headline is undefined; value_json is JSON in
// stored form (see json_text.hpp).
struct PointValue {
  std::optional<double> numeric;
  std::string json;
  friend bool operator==(const PointValue&, const PointValue&) = default;
};

struct TrendRow {
  Uuid id;
  std::string metric_key;
  Grain grain = Grain::day;
  Instant bucket;
  Dimensions dimensions;
  PointValue value;
};

struct BreakdownRow {
  Uuid id;
  std::string metric_key;
  std::optional<Grain> grain;
  std::optional<Instant> bucket;
  std::string dimension_key;
  std::string dimension_value;
  PointValue value;
};

struct DrilldownRow {
  Uuid id;
  std::string metric_key;
  std::string entity_type;  // task, gate_decision, integration_attempt
  std::optional<Uuid> entity_id;
  std::optional<std::string> reference_id;
  std::optional<Instant> bucket;  // NULL: the current state of a level or rolling metric
  std::string payload;            // JSON in stored form; payload.value is a finite number
};

struct SummaryRow {
  Uuid id;
  Instant captured_at;
  std::string scope;    // JSON in stored form: {} or {"milestone": name}
  std::string payload;  // JSON in stored form
};

// A source row that could not be used, with the reason. Spec: product, promise 7.
struct QuarantineRow {
  std::string source;      // the source table
  std::string source_key;  // the row's id, as text
  std::string reason;
};

// The tables of one project at one as-of, each in key order.
struct ProjectRows {
  std::vector<TrendRow> trend;
  std::vector<BreakdownRow> breakdown;
  std::vector<DrilldownRow> drilldown;
  std::vector<QuarantineRow> quarantine;
};

// Sets every row's id from its natural key.
void assign_ids(const Uuid& project_id, ProjectRows& rows);
Uuid summary_id(const Uuid& project_id, Instant captured_at, const Dimensions& scope);

}  // namespace tidemark
