#include "jobs/snapshot.hpp"

#include <mutex>

#include "compute/project.hpp"
#include "readmodel/clock.hpp"
#include "readmodel/summary_store.hpp"

namespace tidemark::jobs {
namespace {

// The slot grid of the default schedule: an as-of in the first quarter of an hour of its day is the day's first slot.
constexpr Micros kSlot = std::chrono::minutes{15};

compute::Slot slot_of(Instant as_of) {
  return as_of - bucket_start(Grain::day, as_of) < kSlot ? compute::Slot::first_of_day : compute::Slot::later;
}

}  // namespace

std::vector<readmodel::ProjectHeader> snapshot_projects(readmodel::Session& session) {
  readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
  return readmodel::list_projects(tx, {"active"});
}

SnapshotReport take_snapshots(const SnapshotOptions& options) {
  SnapshotReport report;
  report.projects = options.projects.size();
  std::mutex mutex;
  std::size_t done = 0;
  const auto start = std::chrono::steady_clock::now();
  report
      .failures = for_each_project(options.pool, options.projects, [&](readmodel::Session& session, std::size_t index) {
    const auto& project = options.projects[index];
    const auto counts = readmodel::retry([&] {
      readmodel::ReadResult read;
      Instant clock;
      {
        readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
        read = readmodel::read_project(tx, project);
        clock = readmodel::database_clock(tx);
      }
      const auto rows = compute::compute_summaries(read.sources, {options.as_of, clock, {}}, slot_of(options.as_of));
      return readmodel::write_summaries(session, {project.id, options.as_of, clock}, rows);
    });
    const std::lock_guard lock(mutex);
    report.summary.written += counts.written;
    report.summary.unchanged += counts.unchanged;
    report.summary.deleted += counts.deleted;
    if (options.progress) options.progress(++done);
  });
  report.elapsed = std::chrono::duration_cast<Micros>(std::chrono::steady_clock::now() - start);
  return report;
}

}  // namespace tidemark::jobs
