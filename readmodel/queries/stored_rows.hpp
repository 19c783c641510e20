// Every row of a project as it stands, read one after the other in key order: what `tidemark conformance` looks at.
// A row is taken as it is, also where its key is none of the contract's. Spec: storage, "The four tables".
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "contracts/bucket.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

// What trend and breakdown have in common.
struct StoredPoint {
  Uuid id;
  std::string metric_key;
  std::optional<Grain> grain;
  std::optional<Instant> bucket;
  std::optional<double> numeric;  // may be no finite number
  std::string json;
  std::string unreadable;  // why a column has no value that can be used; empty: all have
};

struct StoredTrend : StoredPoint {
  std::string dimensions;  // JSON
};

struct StoredBreakdown : StoredPoint {
  std::string dimension_key;
  std::string dimension_value;
};

struct StoredDrilldown {
  Uuid id;
  std::string metric_key;
  std::optional<Instant> bucket;
  std::string entity_type;
  std::optional<Uuid> entity_id;
  std::optional<std::string> reference_id;
  std::string payload;
  std::string unreadable;
};

struct StoredSummary {
  Uuid id;
  Instant captured_at;
  std::string version;
  std::string scope;
  std::string payload;
  std::string unreadable;
};

// Makes a transaction read-only. Errors: tidemark::Error.
void make_read_only(Transaction& tx);

// Every project with a data version or a stored row, by id.
std::vector<Uuid> list_stored_projects(Transaction& tx);

// A project's rows of one table through a cursor, so that no more than a batch is in memory. One reader per `Row` and
// transaction at a time. Requires: `tx` outlives it and is repeatable read. Errors: tidemark::Error.
template <typename Row>
class StoredRows {
 public:
  StoredRows(Transaction& tx, const Uuid& project_id);

  // The row that is next; nullptr: no more. Valid until pop().
  const Row* front();
  void pop() { ++at_; }

 private:
  Transaction& tx_;
  std::vector<Row> batch_;
  std::size_t at_ = 0;
  bool exhausted_ = false;
};

}  // namespace tidemark::readmodel
