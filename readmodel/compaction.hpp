// What compaction counts, reads and deletes. Every delete is one batch of rows past their policy, found by an index;
// what it returns is what a count of the same rows said before. Spec: jobs, "Compaction"; storage, "Ready to be
// distributed".
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "contracts/definition.hpp"
#include "contracts/retention.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

// Units: bytes of the rows as they are stored, without indexes and free space, so an estimate of what is freed.
struct RowTotals {
  std::int64_t rows = 0;
  std::int64_t bytes = 0;
  RowTotals& operator+=(const RowTotals& other);
  friend bool operator==(const RowTotals&, const RowTotals&) = default;
};

struct WeekTotals {
  Instant week;  // its Monday
  RowTotals totals;
};

// A metric's points of a kind that lie below a floor.
struct RowsBelow {
  std::string metric_key;
  KeptRows rows = KeptRows::trend_day;
  Instant floor;                        // exclusive
  std::vector<Instant> spared_weeks{};  // trend: Mondays of weeks that stay
};

// Requires: trend rows. By week, ascending; `spared_weeks` count as well.
std::vector<WeekTotals> count_trend_weeks(Transaction& tx, const Uuid& project_id, const RowsBelow& below);
// Requires: breakdown or drilldown.
RowTotals count_below(Transaction& tx, const Uuid& project_id, const RowsBelow& below);
// The oldest first, `limit` at most.
RowTotals delete_below(Transaction& tx, const Uuid& project_id, const RowsBelow& below, std::int64_t limit);

struct CompactedPoint {
  Instant bucket;
  std::string dimensions;  // as jsonb prints it
  std::optional<double> numeric;
  std::string json;
};

// The points of a metric and grain in [from, to), by bucket, then dimensions.
std::vector<CompactedPoint> read_compacted_points(Transaction& tx, const Uuid& project_id, const RowsBelow& weeks,
                                                  Instant from);

// Summaries before the first instant go; of those before the second, the last of each UTC day and scope stays.
// nullopt: for ever.
struct SummaryFloors {
  std::optional<Instant> gone_before;
  std::optional<Instant> thinned_before;
};
struct SummaryTotals {
  RowTotals gone;
  RowTotals thinned;
  std::int64_t examined_for_thinning = 0;
};
SummaryTotals count_old_summaries(Transaction& tx, const Uuid& project_id, const SummaryFloors& floors);
RowTotals delete_old_summaries(Transaction& tx, const Uuid& project_id, Instant before, std::int64_t limit);
RowTotals thin_summaries(Transaction& tx, const Uuid& project_id, Instant before, std::int64_t limit);

// The books of all projects. Resolved quarantine entries by when they were last seen, finished runs by their end.
RowTotals count_old_quarantine(Transaction& tx, Instant before);
RowTotals delete_old_quarantine(Transaction& tx, Instant before, std::int64_t limit);
std::vector<std::string> ledger_jobs(Transaction& tx);
RowTotals count_old_runs(Transaction& tx, std::string_view job, Instant before);
RowTotals delete_old_runs(Transaction& tx, std::string_view job, Instant before, std::int64_t limit);

// Raises the versions of families whose rows changed; what the rows stand for stays.
// Requires: the project's checkpoint is locked.
void raise_data_versions(Transaction& tx, const Uuid& project_id, const std::set<MetricFamily>& families, Instant when);

// What stands of a kind of a metric's rows.
struct StandingRows {
  std::int64_t rows = 0;
  std::optional<Instant> first;  // bucket starts; nullopt: no row has one
  std::optional<Instant> last;
};
StandingRows describe_rows(Transaction& tx, const Uuid& project_id, std::string_view metric_key, KeptRows rows);

}  // namespace tidemark::readmodel
