// A job asked for by hand: which projects it covers, and its row in the run ledger.
// Spec: jobs, "Run ledger, retries, idempotency"; storage, metrics_job_run.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "jobs/alerts.hpp"
#include "jobs/compact.hpp"
#include "jobs/reconcile.hpp"
#include "jobs/refresh.hpp"
#include "jobs/snapshot.hpp"

namespace tidemark::jobs {

enum class RunScope {
  covered,  // every project that the job covers
  due,      // those of them that it has something to do for
};

struct ManualRun {
  ProjectPool pool;
  Instant as_of;
  std::optional<std::string> project;  // id or exact name; nullopt: all that the job covers
  std::function<void(std::size_t done, std::size_t total)> progress;
  RunScope scope = RunScope::covered;  // refresh only
  RetentionRules retention{};
};

struct RefreshOutcome {
  RefreshMode mode = RefreshMode::incremental;
  RefreshReport report;
  std::size_t vanished_projects = 0;  // whose rows were deleted
  std::size_t fresh = 0;              // projects covered that had nothing to do
  std::size_t turned_back = 0;        // projects that had been computed at a later as-of
};

using ProjectNames = std::map<Uuid, std::string>;
ProjectNames names_of(const std::vector<readmodel::ProjectHeader>& projects);

struct ReconcileRun {
  std::optional<int> days = kReconciledDays;  // nullopt: all buckets from the floors on
  ReconcileMode mode = ReconcileMode::repair;
};

struct ReconcileOutcome {
  ReconcileRun run;
  ReconcileReport report;
  ProjectNames names;
};

struct CompactRun {
  RetentionInForce retention{};
  CompactMode mode = CompactMode::run;
  std::optional<Instant> as_of{};  // nullopt: of each project, the newest that its rows stand for
  int batch_rows = 5000;
  std::chrono::milliseconds pause{50};
  std::function<bool()> stop{};
};

// Each opens a row in the ledger, works, and closes the row, also where it fails; a dry run of compact writes none.
// Errors: tidemark::Error of kind usage for an unknown project; failures of single projects are in the report.
RefreshOutcome run_refresh(const ManualRun& run);
RefreshOutcome run_full_refresh(const ManualRun& run);
SnapshotReport run_snapshot(const ManualRun& run);
ReconcileOutcome run_reconcile(const ManualRun& run, const ReconcileRun& reconciled);
// The books are compacted as well where the run is not for one project.
CompactReport run_compact(const ManualRun& run, const CompactRun& compacted);
AlertReport run_alerts(const ManualRun& run, const AlertOverrides& thresholds);

}  // namespace tidemark::jobs
