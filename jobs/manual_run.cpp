#include "jobs/manual_run.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "contracts/json_text.hpp"
#include "readmodel/clock.hpp"
#include "readmodel/quarantine_store.hpp"
#include "readmodel/queries/projects.hpp"
#include "readmodel/queries/refresh_standing.hpp"
#include "readmodel/run_ledger.hpp"
#include "readmodel/vanished_projects.hpp"

namespace tidemark::jobs {
namespace {

std::string worker_name() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return fmt::format("{}:{}", host.data(), getpid());
}

Instant clock_of(readmodel::Session& session) {
  readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
  return readmodel::database_clock(tx);
}

std::vector<readmodel::ProjectHeader> chosen(readmodel::Session& session, const std::string& id_or_name) {
  readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
  return {readmodel::find_project(tx, id_or_name)};
}

std::optional<std::string> failure_text(const std::vector<ProjectFailure>& failures) {
  if (failures.empty()) return std::nullopt;
  return fmt::format("{} of the projects failed; {}: {}", failures.size(), failures.front().project.name,
                     failures.front().reason);
}

// The failure that is reported is the run's: that the ledger could not be reached either adds nothing to it.
void close_after_failure(readmodel::Session& session, const Uuid& id, readmodel::RunResult& result) {
  try {
    result.finished_at = clock_of(session);
    readmodel::finish_run(session, id, result);
  } catch (const Error& error) {
    spdlog::debug("the run's row in the ledger stays open: {}", error.what());
  }
}

// Runs `work`, which fills in what it did, between the opening and the closing of the ledger's row.
template <typename Work>
void in_ledger(readmodel::Session& session, const readmodel::RunStart& start, Work&& work) {
  const auto id = readmodel::start_run(session, start);
  readmodel::RunResult result;
  try {
    work(result);
  } catch (const Error& error) {
    result.status = readmodel::RunStatus::failed;
    result.failure_reason = error.what();
    close_after_failure(session, *id, result);
    throw;
  }
  if (result.failure_reason) result.status = readmodel::RunStatus::failed;
  result.finished_at = clock_of(session);
  readmodel::finish_run(session, *id, result);
}

// A slip in the year would find every daily row past its retention.
void refuse_far_future(readmodel::Session& session, Instant as_of) {
  if (as_of > clock_of(session) + kDay)
    throw Error(ErrorKind::usage,
                fmt::format("the as-of {} lies more than a day ahead of the database's clock; name an "
                            "instant that has been",
                            format_instant(as_of)));
}

// Before anything is listed or written: what is missing of the sources, by its name.
void refuse_missing_sources(readmodel::Session& session) {
  readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
  readmodel::discover_sources(tx);
}

void report_unreadable_projects(readmodel::Session& session) {
  std::vector<QuarantineRow> unreadable;
  {
    readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
    unreadable = readmodel::unreadable_projects(tx);
  }
  readmodel::store_quarantine(session, {std::nullopt, clock_of(session)}, unreadable);
}

// A refresh at an earlier as-of takes away what lies after it, which is right and may be a slip.
std::size_t count_ahead(readmodel::Session& session, const std::vector<readmodel::ProjectHeader>& projects,
                        Instant as_of) {
  readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
  std::set<Uuid> ahead;
  for (const auto& standing : readmodel::list_refresh_standings(tx))
    if (standing.as_of && *standing.as_of > as_of) ahead.insert(standing.project_id);
  return static_cast<std::size_t>(
      std::count_if(projects.begin(), projects.end(), [&](const auto& project) { return ahead.contains(project.id); }));
}

void close_refresh(const RefreshReport& report, readmodel::RunResult& result) {
  result.rows_written = report.written();
  result.rows_unchanged = report.unchanged();
  result.rows_deleted = report.deleted();
  result.failure_reason = failure_text(report.failures);
}

readmodel::RunStart start_of(readmodel::Session& session, const ManualRun& run, std::string job, std::string mode,
                             const std::vector<readmodel::ProjectHeader>& projects) {
  readmodel::RunStart start;
  if (run.project) start.project_id = projects.front().id;
  start.job = std::move(job);
  start.mode = std::move(mode);
  start.as_of = run.as_of;
  start.started_at = clock_of(session);
  start.worker = worker_name();
  return start;
}

std::function<void(std::size_t)> progress_of(const ManualRun& run, std::size_t total) {
  if (!run.progress) return {};
  return [progress = run.progress, total](std::size_t done) { progress(done, total); };
}

}  // namespace

RefreshOutcome run_refresh(const ManualRun& run) {
  readmodel::Session session(run.pool.connection);
  refuse_far_future(session, run.as_of);
  refuse_missing_sources(session);
  std::vector<readmodel::ProjectHeader> projects;
  if (run.project) projects = chosen(session, *run.project);
  RefreshOutcome outcome;
  // That changes cannot be found is a failure of the run, and stands in the ledger as one.
  in_ledger(session, start_of(session, run, "refresh", "incremental", projects), [&](readmodel::RunResult& result) {
    find_changes(session);
    if (!run.project) {
      auto plan = plan_refresh(session, run.as_of);
      projects = run.scope == RunScope::covered ? refreshed_projects(session) : std::move(plan.due);
      outcome.fresh = plan.covered - projects.size();
      if (plan.vanished) outcome.vanished_projects = readmodel::delete_vanished_projects(session).size();
      report_unreadable_projects(session);
    }
    outcome.turned_back = count_ahead(session, projects, run.as_of);
    outcome.report = refresh({run.pool, run.as_of, projects, run.retention, progress_of(run, projects.size())});
    close_refresh(outcome.report, result);
  });
  return outcome;
}

RefreshOutcome run_full_refresh(const ManualRun& run) {
  readmodel::Session session(run.pool.connection);
  refuse_far_future(session, run.as_of);
  refuse_missing_sources(session);
  find_changes_where_possible(session);
  const auto projects = run.project ? chosen(session, *run.project) : refreshed_projects(session);
  RefreshOutcome outcome;
  outcome.mode = RefreshMode::whole;
  in_ledger(session, start_of(session, run, "refresh", "full", projects), [&](readmodel::RunResult& result) {
    if (!run.project) {
      outcome.vanished_projects = readmodel::delete_vanished_projects(session).size();
      report_unreadable_projects(session);
    }
    outcome.turned_back = count_ahead(session, projects, run.as_of);
    outcome.report =
        refresh({run.pool, run.as_of, projects, run.retention, progress_of(run, projects.size()), RefreshMode::whole});
    close_refresh(outcome.report, result);
  });
  return outcome;
}

SnapshotReport run_snapshot(const ManualRun& run) {
  readmodel::Session session(run.pool.connection);
  refuse_far_future(session, run.as_of);
  refuse_missing_sources(session);
  const auto projects = run.project ? chosen(session, *run.project) : snapshot_projects(session);
  SnapshotReport report;
  in_ledger(session, start_of(session, run, "snapshot", "full", projects), [&](readmodel::RunResult& result) {
    report = take_snapshots({run.pool, run.as_of, projects, progress_of(run, projects.size())});
    result.rows_written = report.summary.written;
    result.rows_unchanged = report.summary.unchanged;
    result.rows_deleted = report.summary.deleted;
    result.failure_reason = failure_text(report.failures);
  });
  return report;
}

AlertReport run_alerts(const ManualRun& run, const AlertOverrides& thresholds) {
  readmodel::Session session(run.pool.connection);
  refuse_far_future(session, run.as_of);
  const auto projects = run.project ? chosen(session, *run.project) : refreshed_projects(session);
  AlertReport report;
  in_ledger(session, start_of(session, run, "alerts", "full", projects), [&](readmodel::RunResult& result) {
    report = raise_alerts({run.pool, run.as_of, projects, thresholds, progress_of(run, projects.size())});
    result.rows_written = report.written();
    result.rows_unchanged = report.unchanged;
    result.failure_reason = failure_text(report.failures);
  });
  return report;
}

ProjectNames names_of(const std::vector<readmodel::ProjectHeader>& projects) {
  ProjectNames names;
  for (const auto& project : projects) names[project.id] = project.name;
  return names;
}

ReconcileOutcome run_reconcile(const ManualRun& run, const ReconcileRun& reconciled) {
  readmodel::Session session(run.pool.connection);
  refuse_far_future(session, run.as_of);
  refuse_missing_sources(session);
  const auto projects = run.project ? chosen(session, *run.project) : refreshed_projects(session);
  ReconcileOutcome outcome{reconciled, {}, names_of(projects)};
  const std::string mode = reconciled.mode == ReconcileMode::check ? "check" : "repair";
  in_ledger(session, start_of(session, run, "reconcile", mode, projects), [&](readmodel::RunResult& result) {
    ReconcileOptions options{run.pool, run.as_of, projects};
    options.days = reconciled.days;
    options.mode = reconciled.mode;
    options.retention = run.retention;
    options.progress = progress_of(run, projects.size());
    outcome.report = reconcile(options);
    result.rows_written = outcome.report.written;
    result.rows_unchanged = outcome.report.rows_equal;
    result.rows_deleted = outcome.report.deleted;
    result.failure_reason = failure_text(outcome.report.failures);
  });
  return outcome;
}

CompactReport run_compact(const ManualRun& run, const CompactRun& compacted) {
  readmodel::Session session(run.pool.connection);
  if (compacted.as_of) refuse_far_future(session, *compacted.as_of);
  const auto projects = run.project ? chosen(session, *run.project) : compacted_projects(session);
  CompactOptions options{run.pool, projects, compacted.retention, clock_of(session), compacted.as_of, compacted.mode};
  options.books = run.project ? CompactedBooks::none : CompactedBooks::all;
  options.batch_rows = compacted.batch_rows;
  options.pause = compacted.pause;
  options.stop = compacted.stop;
  options.progress = progress_of(run, projects.size());
  if (compacted.mode == CompactMode::dry_run) return compact(options);
  auto start = start_of(session, run, "compact", "full", projects);
  start.as_of = compacted.as_of;
  CompactReport report;
  in_ledger(session, start, [&](readmodel::RunResult& result) {
    report = compact(options);
    const auto total = report.total();
    result.rows_written = total.merged;
    result.rows_deleted = total.deleted + total.thinned;
    result.report = stored_form(compact_json(report));
    if (report.interrupted) result.status = readmodel::RunStatus::cancelled;
    result.failure_reason = failure_text(report.failures);
  });
  return report;
}

}  // namespace tidemark::jobs
