#include "jobs/reconcile.hpp"

#include <chrono>
#include <mutex>

#include "compute/alerting.hpp"
#include "contracts/json_text.hpp"
#include "jobs/comparison.hpp"
#include "jobs/refresh.hpp"
#include "readmodel/alert_store.hpp"
#include "readmodel/checkpoint.hpp"
#include "readmodel/clock.hpp"
#include "readmodel/quarantine_store.hpp"
#include "readmodel/repair.hpp"

namespace tidemark::jobs {
namespace {

constexpr int kTries = 5;

// What came of one project.
struct Outcome {
  Standing standing;
  std::optional<ProjectComparison> comparison;  // nullopt: it could not be compared
  std::string skipped;                          // why

  bool differs() const { return comparison && !comparison->found.equal(); }
};

// Why the rows cannot be compared as they stand; empty: they can.
std::string hindrance(const Standing& standing) {
  if (standing.waiting > 0)
    return "changes of its sources wait to be computed; reconcile it again after the next refresh";
  for (const auto family : kMetricFamilies)
    if (!readmodel::has_definitions_in_force(standing.versions, family))
      return "its rows were computed by other definitions than those in force; `tidemark run refresh --full` computes "
             "them anew, `tidemark catalogue diff` shows what that moves";
  return {};
}

Outcome compare_once(readmodel::Session& session, const readmodel::ProjectHeader& project,
                     const ReconcileOptions& options) {
  readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
  Outcome outcome{read_standing(tx, project.id), std::nullopt, {}};
  if (outcome.standing.versions.empty()) return outcome;
  outcome.skipped = hindrance(outcome.standing);
  if (!outcome.skipped.empty()) return outcome;
  outcome.comparison = compare_project(tx, project, outcome.standing,
                                       {comparable_metrics(tx, project.id), options.days, options.retention});
  return outcome;
}

// Whether a refresh has written the project since, or found something to compute.
bool has_moved(readmodel::Session& session, const Uuid& project_id, const Standing& before) {
  readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
  const auto now = read_standing(tx, project_id);
  return now.fencing_token != before.fencing_token || now.waiting > 0;
}

Outcome compare_settled(readmodel::Session& session, const readmodel::ProjectHeader& project,
                        const ReconcileOptions& options) {
  Outcome outcome;
  options.catch_up(session, project, options.retention);
  for (int attempt = 1; attempt <= kTries; ++attempt) {
    outcome = compare_once(session, project, options);
    if (outcome.comparison ? !outcome.differs() : outcome.skipped.empty()) return outcome;
    options.catch_up(session, project, options.retention);
    if (outcome.differs() && !has_moved(session, project.id, outcome.standing)) return outcome;
  }
  if (!outcome.comparison) return outcome;
  outcome.comparison.reset();
  outcome.skipped = "its sources changed at each of " + std::to_string(kTries) + " tries";
  return outcome;
}

std::vector<compute::MetricDifference> differences_of(const readmodel::MetricDifferences& metrics) {
  std::vector<compute::MetricDifference> found;
  for (const auto& [metric, tables] : metrics) {
    std::int64_t rows = 0;
    JsonObject context;
    context.add("unit", "rows");
    for (const auto& [table, differences] : tables) {
      if (differences.rows() == 0) continue;
      const auto& example = differences.examples.front();
      context.add(to_string(table), JsonObject{}
                                        .add("added", differences.added)
                                        .add("changed", differences.changed)
                                        .add("removed", differences.removed)
                                        .add("example", example.key)
                                        .add("stored", example.stored_number)
                                        .add("computed", example.computed_number));
      rows += differences.rows();
    }
    if (rows > 0) found.push_back({metric, rows, context.text()});
  }
  return found;
}

void report_alerts(readmodel::Session& session, const Uuid& project_id, const Outcome& outcome, Instant as_of,
                   ReconcileReport& report) {
  readmodel::AlertBook book;
  {
    readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
    book = readmodel::read_alert_book(tx, project_id);
  }
  // Alerts know of no instant before the newest of them.
  const Instant at = std::max(as_of, book.newest.value_or(as_of));
  const auto updates = compute::evaluate_differences(book.open, differences_of(outcome.comparison->found.metrics), at);
  std::vector<Alert> alerts;
  for (const auto& update : updates) {
    alerts.push_back(update.alert);
    if (update.change == compute::AlertChange::opened) ++report.alerts_opened;
    if (update.change == compute::AlertChange::renewed) ++report.alerts_renewed;
    if (update.change == compute::AlertChange::closed) ++report.alerts_closed;
  }
  readmodel::write_alerts(session, {project_id, outcome.standing.clock, book.fencing_token}, alerts);
}

// That the project was compared, for `status` to tell how long ago.
void record_reconciled(readmodel::Session& session, const Uuid& project_id, Instant clock) {
  const readmodel::CheckpointKey key{project_id, readmodel::kReconcileJob};
  readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
  readmodel::lock_checkpoint(tx, key);
  readmodel::advance_checkpoint(tx, key, clock, std::nullopt);
  tx.commit();
}

void describe(const readmodel::MetricDifferences& metrics, ReconcileReport& report) {
  for (const auto& [metric, tables] : metrics)
    for (const auto& [table, differences] : tables) {
      report.rows_equal += differences.equal;
      if (differences.rows() == 0) continue;
      report.rows_different += differences.rows();
      report.metrics[metric][table] = differences;
    }
}

ReconcileReport reconcile_project(readmodel::Session& session, const readmodel::ProjectHeader& project,
                                  const ReconcileOptions& options) {
  ReconcileReport report;
  const auto outcome = compare_settled(session, project, options);
  if (!outcome.skipped.empty()) {
    report.skipped.push_back({project.name, outcome.skipped});
    return report;
  }
  if (!outcome.comparison) {
    report.never_computed = 1;
    return report;
  }
  report.compared = 1;
  report.with_differences = outcome.differs() ? 1 : 0;
  describe(outcome.comparison->found.metrics, report);
  if (options.mode == ReconcileMode::check) return report;
  // Alerts first: a run that dies in between finds the differences again, but not what it has repaired unseen.
  report_alerts(session, project.id, outcome, options.as_of, report);
  if (outcome.differs()) {
    const auto& standing = outcome.standing;
    const auto counts = readmodel::repair_rows(
        session, {project.id, standing.clock, standing.state(), standing.fencing_token}, outcome.comparison->found);
    report.written = counts.written();
    report.deleted = counts.deleted();
  }
  report.quarantine_changes = readmodel::store_quarantine(session, {project.id, outcome.standing.clock},
                                                          outcome.comparison->computed.quarantine);
  record_reconciled(session, project.id, outcome.standing.clock);
  return report;
}

void add(ReconcileReport& total, const ReconcileReport& part) {
  total.compared += part.compared;
  total.never_computed += part.never_computed;
  total.with_differences += part.with_differences;
  total.rows_equal += part.rows_equal;
  total.rows_different += part.rows_different;
  total.written += part.written;
  total.deleted += part.deleted;
  total.alerts_opened += part.alerts_opened;
  total.alerts_renewed += part.alerts_renewed;
  total.alerts_closed += part.alerts_closed;
  total.quarantine_changes += part.quarantine_changes;
  total.skipped.insert(total.skipped.end(), part.skipped.begin(), part.skipped.end());
  for (const auto& [metric, tables] : part.metrics)
    for (const auto& [table, differences] : tables) total.metrics[metric][table].merge(differences);
}

}  // namespace

void catch_up_with_sources(readmodel::Session& session, const readmodel::ProjectHeader& project,
                           const RetentionRules& retention) {
  find_changes_where_possible(session);
  const auto standing = [&] {
    readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
    return read_standing(tx, project.id);
  }();
  // A refresh without a change would put right, unseen, what differs in the buckets that it always recomputes.
  if (standing.waiting == 0 || standing.versions.empty()) return;
  const auto report = refresh({{session.settings(), 1}, standing.as_of(), {project}, retention, {}});
  if (!report.failures.empty()) throw Error(report.failures.front().kind, report.failures.front().reason);
}

ReconcileReport reconcile(const ReconcileOptions& options) {
  ReconcileReport report;
  report.projects = options.projects.size();
  std::vector<ReconcileReport> parts(options.projects.size());
  std::mutex mutex;
  std::size_t done = 0;
  const auto start = std::chrono::steady_clock::now();
  report.failures =
      for_each_project(options.pool, options.projects, [&](readmodel::Session& session, std::size_t index) {
        parts[index] = readmodel::retry([&] { return reconcile_project(session, options.projects[index], options); });
        const std::lock_guard lock(mutex);
        if (options.progress) options.progress(++done);
      });
  for (const auto& part : parts) add(report, part);
  report.elapsed = std::chrono::duration_cast<Micros>(std::chrono::steady_clock::now() - start);
  return report;
}

}  // namespace tidemark::jobs
