#include "jobs/compact_project.hpp"

#include <fmt/format.h>

#include "jobs/compact_batches.hpp"
#include "readmodel/checkpoint.hpp"
#include "readmodel/floor_store.hpp"
#include "readmodel/row_writer.hpp"
#include "readmodel/tables.hpp"

namespace tidemark::jobs {
namespace {

constexpr const char* kSerializationFailure = "40001";

std::optional<ProjectPlan> read_plan(readmodel::Session& session, const readmodel::ProjectHeader& project,
                                     const CompactOptions& options) {
  readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
  return plan_project(tx, project, options);
}

// The first transaction: from here on nothing is written below the new floors.
void move_floors(readmodel::Session& session, const Uuid& project_id, Instant clock, const ProjectPlan& plan,
                 CompactReport& report, const RetentionInForce& retention) {
  if (plan.floors.empty() && plan.merged.empty()) return;
  readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
  if (readmodel::lock_checkpoint(tx, {project_id}) != plan.fencing_token)
    throw Error(ErrorKind::failed,
                fmt::format("another run wrote project {} while this one planned its compaction; run it again",
                            to_string(project_id)),
                {kSerializationFailure, "compact_project"});
  readmodel::TableDiff<TrendRow> missing;
  missing.whole = false;
  for (const auto& row : plan.merged) missing.changed.push_back(&row);
  const auto counts = readmodel::apply_diff<readmodel::TrendTable>(tx, {project_id, clock}, missing);
  readmodel::write_floors(tx, project_id, plan.floors);
  std::set<MetricFamily> families;
  for (const auto& [metric, rows] : counts.by_metric) families.insert(family_of(metric));
  readmodel::raise_data_versions(tx, project_id, families, clock);
  readmodel::advance_checkpoint(tx, {project_id}, clock, std::nullopt);
  tx.commit();
  for (const auto& [metric, rows] : counts.by_metric) report.policies[merged_policy(retention, metric)].merged += rows;
}

// The rows below the floors, as many of any metric and kind in one transaction as a batch holds.
bool delete_doomed(const BatchRun& run, const Uuid& project_id, Instant clock, const ProjectPlan& plan,
                   CompactReport& report) {
  std::size_t next = 0;
  return in_batches(run, [&](std::int64_t limit) {
    auto at = next;
    std::map<CompactPolicy, readmodel::RowTotals> gone;
    std::set<MetricFamily> families;
    readmodel::Transaction tx(run.session, readmodel::Isolation::read_committed);
    readmodel::lock_checkpoint(tx, {project_id});
    while (at < plan.doomed.size() && limit > 0) {
      const auto& doomed = plan.doomed[at];
      const auto totals = readmodel::delete_below(tx, project_id, doomed.below, limit);
      if (totals.rows > 0) families.insert(family_of(doomed.below.metric_key));
      gone[doomed.policy] += totals;
      if (totals.rows < limit) ++at;
      limit -= totals.rows;
    }
    readmodel::raise_data_versions(tx, project_id, families, clock);
    tx.commit();
    next = at;
    for (const auto& [policy, totals] : gone) {
      report.policies[policy].deleted += totals.rows;
      report.policies[policy].bytes += totals.bytes;
    }
    return next < plan.doomed.size();
  });
}

using RemoveSummaries = readmodel::RowTotals (*)(readmodel::Transaction&, const Uuid&, Instant, std::int64_t);

// The batches of one of the two policies of summaries. Returns whether it came to the end of the rows.
bool remove_summaries(const BatchRun& run, const Uuid& project_id, Instant before, RemoveSummaries remove,
                      const std::function<void(const readmodel::RowTotals&)>& count) {
  return in_batches(run, [&](std::int64_t limit) {
    readmodel::Transaction tx(run.session, readmodel::Isolation::read_committed);
    readmodel::lock_checkpoint(tx, {project_id, readmodel::kSnapshotJob});
    const auto totals = remove(tx, project_id, before, limit);
    tx.commit();
    count(totals);
    return totals.rows == limit;
  });
}

bool compact_summaries(const BatchRun& run, const Uuid& project_id, const ProjectPlan& plan,
                       const RetentionInForce& retention, CompactReport& report) {
  if (plan.summaries.gone.rows > 0) {
    auto& counts = report.policies[{CompactedRows::summary, retention.summary.days}];
    const auto count = [&](const readmodel::RowTotals& totals) {
      counts.deleted += totals.rows;
      counts.bytes += totals.bytes;
    };
    if (!remove_summaries(run, project_id, *plan.summary_floors.gone_before, readmodel::delete_old_summaries, count))
      return false;
  }
  if (plan.summaries.thinned.rows == 0) return true;
  auto& counts = report.policies[{CompactedRows::summary_all, retention.summary_all.days}];
  return remove_summaries(run, project_id, *plan.summary_floors.thinned_before, readmodel::thin_summaries,
                          [&](const readmodel::RowTotals& totals) {
                            counts.thinned += totals.rows;
                            counts.bytes += totals.bytes;
                          });
}

CompactReport unfinished(CompactReport report) {
  report.interrupted = true;
  report.unfinished = 1;
  return report;
}

}  // namespace

CompactReport compact_project(readmodel::Session& session, const readmodel::ProjectHeader& project,
                              const CompactOptions& options) {
  if (options.mode == CompactMode::dry_run) {
    const auto plan = read_plan(session, project, options);
    return plan ? planned_report(*plan, options) : unfinished(empty_report(options.retention, options.mode));
  }
  CompactReport report;
  std::optional<ProjectPlan> plan;
  readmodel::retry([&] {
    plan = read_plan(session, project, options);
    if (!plan) return;
    report = plan->report;
    move_floors(session, project.id, options.clock, *plan, report, options.retention);
  });
  if (!plan) return unfinished(empty_report(options.retention, options.mode));
  const BatchRun run{session, options.batch_rows, options.pause, options.stop};
  const bool finished = (plan->doomed.empty() || delete_doomed(run, project.id, options.clock, *plan, report)) &&
                        compact_summaries(run, project.id, *plan, options.retention, report);
  return finished ? report : unfinished(std::move(report));
}

}  // namespace tidemark::jobs
