#include "readmodel/project_writer.hpp"

#include <fmt/format.h>

#include <set>
#include <type_traits>

#include "contracts/catalogue.hpp"
#include "readmodel/checkpoint.hpp"
#include "readmodel/comparison.hpp"
#include "readmodel/floor_store.hpp"
#include "readmodel/memory_store.hpp"
#include "readmodel/quarantine_store.hpp"
#include "readmodel/tables.hpp"

namespace tidemark::readmodel {
namespace {

constexpr const char* kSerializationFailure = "40001";

struct ProjectDiff {
  std::int64_t fencing_token = 0;
  bool version_differs = false;
  bool first_watermark = false;  // from here on the project's events are counted
  TableDiff<TrendRow> trend;
  TableDiff<BreakdownRow> breakdown;
  TableDiff<DrilldownRow> drilldown;
  QuarantineDiff quarantine;
  MemoryDiff memory;
  bool handles_changes = false;
  bool sets_floors = false;

  bool empty() const {
    return trend.empty() && breakdown.empty() && drilldown.empty() && quarantine.empty() && memory.empty() &&
           !version_differs && !first_watermark && !handles_changes && !sets_floors;
  }
};

using RowKeys = std::set<std::pair<std::string, std::string>>;

template <typename Rows>
void add_keys(RowKeys& keys, const std::string& source, const Rows& rows) {
  for (const auto& row : rows) {
    if constexpr (std::is_same_v<decltype(row.id), Uuid>)
      keys.emplace(source, to_string(row.id));
    else if constexpr (std::is_integral_v<decltype(row.id)>)
      keys.emplace(source, std::to_string(row.id));
    else
      keys.emplace(source, row.id);
  }
}

// Entries of rows that a run of a part has not read stay open: it cannot say anything of them. Names, milestones and
// rules are always read.
void keep_unread(QuarantineDiff& diff, const ProjectSources& sources, const std::vector<SourceChange>& changes) {
  RowKeys read;
  add_keys(read, "task", sources.tasks);
  add_keys(read, "event_log", sources.events);
  add_keys(read, "lease", sources.leases);
  add_keys(read, "gate_decision", sources.decisions);
  add_keys(read, "gate_candidate_link", sources.links);
  add_keys(read, "integration_attempt", sources.attempts);
  add_keys(read, "artifact", sources.artifacts);
  add_keys(read, "dependency_edge", sources.edges);
  add_keys(read, "plan_change_set", sources.change_sets);
  for (const auto& change : changes) read.emplace(change.source, change.source_id);
  static const std::set<std::string, std::less<>> kAlwaysRead{"phase", "milestone", "gate_rule"};
  std::erase_if(diff.unreported,
                [&](const auto& key) { return kAlwaysRead.count(key.first) == 0 && read.count(key) == 0; });
}

ComparedRows compared_rows(Transaction& tx, const ProjectWrite& write) {
  ComparedRows compared{write.floors, write.trail ? write.trail->extent : nullptr};
  if (compared.extent != nullptr) return compared;
  for (const auto& metric : list_stored_metrics(tx, write.project_id))
    if (find_metric(metric) == nullptr) compared.unknown.push_back(metric);
  return compared;
}

ProjectDiff compare(Transaction& tx, const ProjectWrite& write, const ProjectRows& rows) {
  ProjectDiff diff;
  // The token first: what is committed after this line is either seen below, which does no harm, or moves the token.
  const auto checkpoint = read_checkpoint(tx, {write.project_id});
  diff.fencing_token = checkpoint.fencing_token;
  diff.first_watermark = write.state.watermark && !checkpoint.watermark;
  diff.sets_floors = !write.new_floors.empty();
  diff.version_differs = !stands_for(read_data_versions(tx, write.project_id), write.state.as_of);
  const auto compared = compared_rows(tx, write);
  diff.trend = diff_with_stored<TrendTable>(tx, write.project_id, rows.trend, compared);
  diff.breakdown = diff_with_stored<BreakdownTable>(tx, write.project_id, rows.breakdown, compared);
  diff.drilldown = diff_with_stored<DrilldownTable>(tx, write.project_id, rows.drilldown, compared);
  diff.quarantine = diff_quarantine(tx, {write.project_id, write.computed_at}, rows.quarantine);
  if (!write.trail) return diff;
  const auto& trail = *write.trail;
  if (trail.sources != nullptr && !diff.quarantine.unreported.empty())
    keep_unread(diff.quarantine, *trail.sources, *trail.changes);
  diff.memory = diff_memory(tx, write.project_id, *trail.finished, trail.earlier);
  diff.handles_changes = !trail.handled->empty();
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
  apply_memory(tx, write.project_id, diff.memory);
  write_floors(tx, write.project_id, write.new_floors);
  if (write.trail) delete_dirty(tx, write.project_id, *write.trail->handled);
  // What the statements did, not what was compared: their guards have the last word.
  write_data_versions(tx, write.project_id, write.state, write.computed_at, counts.changed_families());
  advance_checkpoint(tx, {write.project_id}, write.computed_at, write.state.watermark);
  return counts;
}

[[noreturn]] void report_overtaken(const Uuid& project_id) {
  throw Error(ErrorKind::failed,
              fmt::format("another run wrote project {} after this one had read its sources; run it again",
                          to_string(project_id)),
              {kSerializationFailure, "write_project"});
}

}  // namespace

std::set<MetricFamily> WriteCounts::changed_families() const {
  std::set<MetricFamily> families;
  for (const auto* table : {&trend, &breakdown, &drilldown})
    for (const auto& [metric, rows] : table->by_metric) families.insert(family_of(metric));
  return families;
}

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
