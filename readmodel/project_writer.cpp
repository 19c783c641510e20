#include "readmodel/project_writer.hpp"

#include <fmt/format.h>

#include "readmodel/checkpoint.hpp"
#include "readmodel/quarantine_store.hpp"
#include "readmodel/tables.hpp"

namespace tidemark::readmodel {
namespace {

constexpr const char* kSerializationFailure = "40001";

struct ProjectDiff {
  std::int64_t fencing_token = 0;
  bool version_differs = false;
  TableDiff<TrendRow> trend;
  TableDiff<BreakdownRow> breakdown;
  TableDiff<DrilldownRow> drilldown;
  QuarantineDiff quarantine;

  bool empty() const {
    return trend.empty() && breakdown.empty() && drilldown.empty() && quarantine.empty() && !version_differs;
  }
};

ProjectDiff compare(Transaction& tx, const ProjectWrite& write, const ProjectRows& rows) {
  ProjectDiff diff;
  // The token first: what is committed after this line is either seen below, which does no harm, or moves the token.
  diff.fencing_token = read_checkpoint(tx, {write.project_id}).fencing_token;
  diff.version_differs = read_data_version(tx, write.project_id, kDeliveryFamily) != write.version;
  diff.trend = diff_with_stored<TrendTable>(tx, write.project_id, rows.trend);
  diff.breakdown = diff_with_stored<BreakdownTable>(tx, write.project_id, rows.breakdown);
  diff.drilldown = diff_with_stored<DrilldownTable>(tx, write.project_id, rows.drilldown);
  diff.quarantine = diff_quarantine(tx, {write.project_id, write.computed_at}, rows.quarantine);
  return diff;
}

WriteCounts unchanged_counts(const ProjectDiff& diff) {
  WriteCounts counts;
  counts.trend.unchanged = diff.trend.unchanged;
  counts.breakdown.unchanged = diff.breakdown.unchanged;
  counts.drilldown.unchanged = diff.drilldown.unchanged;
  return counts;
}

WriteCounts apply(Transaction& tx, const ProjectWrite& write, const ProjectDiff& diff) {
  const RowOrigin origin{write.project_id, write.computed_at};
  WriteCounts counts;
  counts.trend = apply_diff<TrendTable>(tx, origin, diff.trend);
  counts.breakdown = apply_diff<BreakdownTable>(tx, origin, diff.breakdown);
  counts.drilldown = apply_diff<DrilldownTable>(tx, origin, diff.drilldown);
  counts.quarantine_changes = apply_quarantine(tx, {write.project_id, write.computed_at}, diff.quarantine);
  // What the statements did, not what was compared: their guards have the last word.
  const auto changes = counts.written() + counts.deleted() > 0 ? RowChanges::some : RowChanges::none;
  if (changes == RowChanges::some || diff.version_differs)
    write_data_version(tx, write.project_id, kDeliveryFamily, write.version, write.computed_at, changes);
  advance_checkpoint(tx, {write.project_id}, write.computed_at, write.version.source_watermark);
  return counts;
}

[[noreturn]] void report_overtaken(const Uuid& project_id) {
  throw Error(ErrorKind::failed,
              fmt::format("another run wrote project {} after this one had read its sources; run it again",
                          to_string(project_id)),
              {kSerializationFailure, "write_project"});
}

}  // namespace

WriteCounts write_project(Session& session, const ProjectWrite& write, const ProjectRows& rows) {
  ProjectDiff diff;
  {
    Transaction tx(session, Isolation::read_committed);
    diff = compare(tx, write, rows);
  }
  if (diff.empty()) return unchanged_counts(diff);

  Transaction tx(session, Isolation::read_committed);
  const auto token = lock_checkpoint(tx, {write.project_id});
  if (write.fencing_token && *write.fencing_token != token) report_overtaken(write.project_id);
  if (token != diff.fencing_token) {
    diff = compare(tx, write, rows);
    if (diff.empty()) return unchanged_counts(diff);
  }
  const auto counts = apply(tx, write, diff);
  tx.commit();
  return counts;
}

}  // namespace tidemark::readmodel
