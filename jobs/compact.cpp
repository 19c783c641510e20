#include "jobs/compact.hpp"

#include <mutex>

#include "jobs/compact_batches.hpp"
#include "jobs/compact_project.hpp"

namespace tidemark::jobs {
namespace {

// One policy of the books: its line, and what counts and deletes the rows that are past it.
struct BookPolicy {
  CompactPolicy policy;
  std::function<readmodel::RowTotals(readmodel::Transaction&)> count;
  std::function<readmodel::RowTotals(readmodel::Transaction&, std::int64_t limit)> remove;
};

std::vector<BookPolicy> book_policies(readmodel::Session& session, const CompactOptions& options) {
  std::vector<BookPolicy> policies;
  const auto& kept = options.retention;
  if (kept.quarantine.days) {
    const Instant before = options.clock - *kept.quarantine.days * kDay;
    policies.push_back(
        {{CompactedRows::quarantine, kept.quarantine.days},
         [before](auto& tx) { return readmodel::count_old_quarantine(tx, before); },
         [before](auto& tx, auto limit) { return readmodel::delete_old_quarantine(tx, before, limit); }});
  }
  readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
  for (const auto& job : readmodel::ledger_jobs(tx)) {
    const auto& days = kept.job_run(job).days;
    if (!days) continue;
    const Instant before = options.clock - *days * kDay;
    policies.push_back(
        {{CompactedRows::job_run, days},
         [before, job](auto& at) { return readmodel::count_old_runs(at, job, before); },
         [before, job](auto& at, auto limit) { return readmodel::delete_old_runs(at, job, before, limit); }});
  }
  return policies;
}

readmodel::RowTotals count_past(readmodel::Session& session, const BookPolicy& book) {
  readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
  return book.count(tx);
}

// Returns whether it came to the end of the rows.
bool clear_book(const BatchRun& run, const BookPolicy& book, CompactCounts& counts) {
  return in_batches(run, [&](std::int64_t limit) {
    readmodel::Transaction tx(run.session, readmodel::Isolation::read_committed);
    const auto totals = book.remove(tx, limit);
    tx.commit();
    counts.deleted += totals.rows;
    counts.bytes += totals.bytes;
    return totals.rows == limit;
  });
}

void compact_books(const CompactOptions& options, CompactReport& report) {
  readmodel::Session session(options.pool.connection);
  const BatchRun run{session, options.batch_rows, options.pause, options.stop};
  for (const auto& book : book_policies(session, options)) {
    auto& counts = report.policies[book.policy];
    const auto past = count_past(session, book);
    counts.examined += past.rows;
    if (options.mode == CompactMode::dry_run) {
      counts.deleted += past.rows;
      counts.bytes += past.bytes;
    } else if (past.rows > 0 && !clear_book(run, book, counts)) {
      report.interrupted = true;
      return;
    }
  }
}

}  // namespace

CompactReport compact(const CompactOptions& options) {
  auto report = empty_report(options.retention, options.mode);
  report.projects = options.projects.size();
  std::vector<CompactReport> parts(options.projects.size());
  std::mutex mutex;
  std::size_t done = 0;
  const auto start = std::chrono::steady_clock::now();
  report.failures =
      for_each_project(options.pool, options.projects, [&](readmodel::Session& session, std::size_t index) {
        parts[index] = compact_project(session, options.projects[index], options);
        const std::lock_guard lock(mutex);
        if (options.progress) options.progress(++done);
      });
  for (const auto& part : parts) report.add(part);
  if (options.books == CompactedBooks::all && !report.interrupted) compact_books(options, report);
  report.elapsed = std::chrono::duration_cast<Micros>(std::chrono::steady_clock::now() - start);
  return report;
}

std::vector<readmodel::ProjectHeader> compacted_projects(readmodel::Session& session) {
  readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
  return readmodel::list_projects(tx);
}

}  // namespace tidemark::jobs
