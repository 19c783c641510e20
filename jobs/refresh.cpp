#include "jobs/refresh.hpp"

#include <atomic>
#include <mutex>

#include "compute/project.hpp"
#include "contracts/catalogue.hpp"
#include "readmodel/checkpoint.hpp"
#include "readmodel/clock.hpp"

namespace tidemark::jobs {
namespace {

using Clock = std::chrono::steady_clock;

// Raised by hand whenever a formula changes what it gives for the same sources.
constexpr std::string_view kFormulaRevision = "2";

Micros since(Clock::time_point start) { return std::chrono::duration_cast<Micros>(Clock::now() - start); }

std::int64_t rows_in(const ProjectSources& s) {
  return static_cast<std::int64_t>(s.tasks.size() + s.events.size() + s.leases.size() + s.decisions.size() +
                                   s.links.size() + s.attempts.size() + s.artifacts.size() + s.milestones.size() +
                                   s.edges.size() + s.change_sets.size());
}

void add(readmodel::TableCounts& total, const readmodel::TableCounts& part) {
  total.written += part.written;
  total.unchanged += part.unchanged;
  total.deleted += part.deleted;
}

struct Snapshot {
  readmodel::ReadResult read;
  std::int64_t fencing_token;
  Instant clock;
};

// Sources, token and clock in one snapshot, so that the token stands for the sources.
Snapshot read_snapshot(readmodel::Session& session, const readmodel::ProjectHeader& project) {
  readmodel::Transaction tx(session, readmodel::Isolation::repeatable_read);
  const auto checkpoint = readmodel::read_checkpoint(tx, {project.id});
  return {readmodel::read_project(tx, project), checkpoint.fencing_token, readmodel::database_clock(tx)};
}

}  // namespace

std::string definition_hash() {
  static const std::string hash = [] {
    std::string text{kFormulaRevision};
    for (const auto& metric : all_metrics()) {
      text += '\n';
      for (const auto part : {metric.key, metric.unit, to_string(metric.kind), to_string(metric.headline)})
        text += std::string{part} + '|';
      for (const auto dimension : metric.trend_dimensions) text += std::string{dimension} + ',';
      for (const auto& dimension : metric.breakdown_dimensions) text += std::string{dimension.name} + ';';
    }
    return sha256_hex(text, 16);
  }();
  return hash;
}

std::vector<readmodel::ProjectHeader> refreshed_projects(readmodel::Session& session) {
  readmodel::Transaction tx(session, readmodel::Isolation::read_committed);
  return readmodel::list_projects(tx, {"active", "paused"});
}

RefreshReport refresh_full(const RefreshOptions& options) {
  RefreshReport report;
  report.projects = options.projects.size();
  std::mutex mutex;
  std::size_t done = 0;
  const auto start = Clock::now();
  report
      .failures = for_each_project(options.pool, options.projects, [&](readmodel::Session& session, std::size_t index) {
    const auto& project = options.projects[index];
    Micros reading{0};
    Micros computing{0};
    Micros writing{0};
    std::int64_t source_rows = 0;
    // Another writer of the project or a deadlock: from the sources again, since they may have moved.
    const auto counts = readmodel::retry([&] {
      auto phase = Clock::now();
      auto snapshot = read_snapshot(session, project);
      reading += since(phase);
      source_rows = rows_in(snapshot.read.sources);
      phase = Clock::now();
      auto rows = compute::compute_project(snapshot.read.sources, {options.as_of, snapshot.clock, options.retention});
      auto& unreadable = snapshot.read.quarantine;
      rows.quarantine.insert(rows.quarantine.end(), unreadable.begin(), unreadable.end());
      computing += since(phase);
      phase = Clock::now();
      const readmodel::ProjectWrite write{
          project.id, snapshot.clock, {options.as_of, std::nullopt, definition_hash()}, snapshot.fencing_token};
      const auto written = readmodel::write_project(session, write, rows);
      writing += since(phase);
      return written;
    });
    const std::lock_guard lock(mutex);
    add(report.trend, counts.trend);
    add(report.breakdown, counts.breakdown);
    add(report.drilldown, counts.drilldown);
    report.quarantine_changes += counts.quarantine_changes;
    report.source_rows += source_rows;
    report.reading += reading;
    report.computing += computing;
    report.writing += writing;
    if (options.progress) options.progress(++done);
  });
  report.elapsed = since(start);
  return report;
}

}  // namespace tidemark::jobs
