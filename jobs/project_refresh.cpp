#include "jobs/project_refresh.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>

#include "compute/changes.hpp"
#include "readmodel/checkpoint.hpp"
#include "readmodel/clock.hpp"
#include "readmodel/memory_store.hpp"
#include "readmodel/quarantine_store.hpp"
#include "readmodel/source_cursor.hpp"

namespace tidemark::jobs {
namespace {

using Clock = std::chrono::steady_clock;

Micros since(Clock::time_point start) { return std::chrono::duration_cast<Micros>(Clock::now() - start); }

std::int64_t rows_in(const ProjectSources& s) {
  return static_cast<std::int64_t>(s.tasks.size() + s.events.size() + s.leases.size() + s.decisions.size() +
                                   s.links.size() + s.attempts.size() + s.artifacts.size() + s.milestones.size() +
                                   s.edges.size() + s.change_sets.size());
}

// What a project's computation starts from, all of one snapshot, so that the token stands for the sources.
struct Snapshot {
  readmodel::Checkpoint checkpoint;
  Instant clock;
  std::optional<std::int64_t> watermark;  // NULL: an event below it may still be missing
  readmodel::DirtyRows dirty;
  std::optional<ProjectMemory> earlier;  // NULL: nothing to build on
  ProjectFloors floors;
  std::vector<QuarantineRow> late;  // changes that came when their buckets could no longer be computed
  readmodel::ReadResult read;
};

struct Computation {
  Snapshot from;
  compute::ComputedProject result;
};

class ProjectRefresh {
 public:
  ProjectRefresh(readmodel::Session& session, const readmodel::ProjectHeader& project, const RefreshOptions& options,
                 const readmodel::SourceCapabilities& capabilities)
      : session_(session), project_(project), options_(options), capabilities_(capabilities) {}

  RefreshReport run();

 private:
  Computation compute(RefreshReport& report);
  compute::PartialResult compute_part(readmodel::Transaction& tx, Snapshot& snapshot, RefreshReport& report);
  compute::ComputeOptions at(const Snapshot& snapshot) const {
    return {options_.as_of, snapshot.clock, snapshot.floors.computed};
  }
  // Why the project has to be computed whole; empty: snapshot.earlier is there to build on.
  std::string_view load_memory(readmodel::Transaction& tx, Snapshot& snapshot);
  readmodel::ProjectWrite write_of(const Computation& computation) const;

  readmodel::Session& session_;
  const readmodel::ProjectHeader& project_;
  const RefreshOptions& options_;
  const readmodel::SourceCapabilities& capabilities_;
};

std::vector<Uuid> tasks_of(const std::vector<SourceChange>& changes) {
  std::vector<Uuid> tasks;
  for (const auto& change : changes)
    if (change.task_id) tasks.push_back(*change.task_id);
  std::sort(tasks.begin(), tasks.end());
  tasks.erase(std::unique(tasks.begin(), tasks.end()), tasks.end());
  return tasks;
}

bool is_known(const ProjectMemory& memory, const Uuid& task) {
  return std::any_of(memory.tasks.begin(), memory.tasks.end(), [&](auto& known) { return known.task_id == task; });
}

// The live tasks, and those of the changes that are not counted as settled.
std::vector<Uuid> tasks_to_read(const std::vector<SourceChange>& changes, const ProjectMemory& memory) {
  std::set<Uuid> tasks;
  for (const auto& change : changes)
    if (change.task_id) tasks.insert(*change.task_id);
  for (const auto& known : memory.tasks) {
    if (known.live)
      tasks.insert(known.task_id);
    else
      tasks.erase(known.task_id);
  }
  return {tasks.begin(), tasks.end()};
}

std::vector<std::string> events_of_no_task(const std::vector<SourceChange>& changes) {
  std::vector<std::string> events;
  for (const auto& change : changes)
    if (change.source == readmodel::kEventLog && !change.task_id) events.push_back(change.source_id);
  return events;
}

// The tasks that the sources have and the run before did not know.
std::vector<Uuid> new_tasks(const ProjectSources& sources, const ProjectMemory& memory) {
  std::set<Uuid> known;
  for (const auto& task : memory.tasks) known.insert(task.task_id);
  std::vector<Uuid> fresh;
  for (const auto& task : sources.tasks)
    if (!known.contains(task.id)) fresh.push_back(task.id);
  return fresh;
}

// Found now, and standing from earlier runs. Of a project that nothing was computed of yet no change is late.
std::vector<QuarantineRow> all_late_changes(readmodel::Transaction& tx, const Uuid& project_id,
                                            const Snapshot& snapshot, const RefreshOptions& options) {
  if (!options.retention.source_retention_days || snapshot.checkpoint.fencing_token == 0) return {};
  auto late = readmodel::open_late_changes(tx, project_id);
  std::set<std::pair<std::string, std::string>> standing;
  for (const auto& entry : late) standing.emplace(entry.source, entry.source_key);
  for (auto& change : late_changes(snapshot.dirty.changes, options.as_of, options.retention))
    if (standing.emplace(change.source, change.source_key).second) late.push_back(std::move(change));
  return late;
}

Snapshot begin_snapshot(readmodel::Transaction& tx, const readmodel::ProjectHeader& project,
                        const RefreshOptions& options) {
  Snapshot snapshot;
  snapshot.checkpoint = readmodel::read_checkpoint(tx, {project.id});
  snapshot.clock = readmodel::database_clock(tx);
  const auto cursor = readmodel::read_source_cursor(tx, readmodel::kEventLog);
  if (cursor && !cursor->cursor.baseline_wait) snapshot.watermark = cursor->cursor.watermark;
  snapshot.dirty = readmodel::read_dirty(tx, project.id);
  snapshot.floors = project_floors(tx, project.id, options.as_of, options.retention);
  snapshot.late = all_late_changes(tx, project.id, snapshot, options);
  return snapshot;
}

std::string_view ProjectRefresh::load_memory(readmodel::Transaction& tx, Snapshot& snapshot) {
  if (options_.mode == RefreshMode::whole) return "asked for";
  if (!capabilities_.uuid_keyed()) return "the sources' ids are no UUIDs";
  if (!snapshot.checkpoint.watermark) return "no computation has seen all events yet";
  const auto versions = readmodel::read_data_versions(tx, project_.id);
  for (const auto family : kMetricFamilies)
    if (!readmodel::has_definitions_in_force(versions, family)) return "the definitions changed";
  snapshot.earlier = readmodel::read_memory(tx, project_.id, tasks_of(snapshot.dirty.changes));
  if (!snapshot.earlier) return "nothing is remembered of it";
  // Buckets that were left as they were may have to be computed now.
  if (snapshot.earlier->source_retention_days != options_.retention.source_retention_days)
    return "the sources' retention changed";
  return {};
}

compute::PartialResult ProjectRefresh::compute_part(readmodel::Transaction& tx, Snapshot& snapshot,
                                                    RefreshReport& report) {
  auto phase = Clock::now();
  if (const auto reason = load_memory(tx, snapshot); !reason.empty()) return {std::nullopt, reason};
  auto& earlier = *snapshot.earlier;
  snapshot.read = readmodel::read_live_part(
      tx, project_, capabilities_,
      {tasks_to_read(snapshot.dirty.changes, earlier), earlier.settled, events_of_no_task(snapshot.dirty.changes)});
  if (const auto& referred = snapshot.read.sources.referred; !referred.empty())
    for (auto& timeline : readmodel::read_timelines(tx, project_.id, referred))
      if (!is_known(earlier, timeline.task_id)) earlier.tasks.push_back(std::move(timeline));
  // What was set aside for want of a task is not among the rows read.
  const auto fresh = new_tasks(snapshot.read.sources, earlier);
  if (!fresh.empty() && readmodel::is_missed(tx, project_.id, fresh))
    return {std::nullopt, "a task came that rows were set aside for"};
  report.reading += since(phase);
  phase = Clock::now();
  auto result =
      compute::compute_changes(snapshot.read.sources, {*snapshot.earlier, snapshot.dirty.changes}, at(snapshot));
  report.computing += since(phase);
  return result;
}

Computation ProjectRefresh::compute(RefreshReport& report) {
  readmodel::Transaction tx(session_, readmodel::Isolation::repeatable_read);
  auto snapshot = begin_snapshot(tx, project_, options_);
  auto [result, whole_because] = compute_part(tx, snapshot, report);
  report.whole = result ? 0 : 1;
  if (!result) {
    spdlog::debug("project {} is computed whole: {}", project_.name, whole_because);
    auto phase = Clock::now();
    snapshot.earlier = std::nullopt;
    snapshot.read = readmodel::read_project(tx, project_, capabilities_);
    report.reading += since(phase);
    phase = Clock::now();
    result = compute::compute_whole(snapshot.read.sources, at(snapshot));
    report.computing += since(phase);
  }
  result->memory.source_retention_days = options_.retention.source_retention_days;
  auto& quarantine = result->rows.quarantine;
  for (const auto* set_aside : {&snapshot.read.quarantine, &snapshot.late})
    quarantine.insert(quarantine.end(), set_aside->begin(), set_aside->end());
  return {std::move(snapshot), std::move(*result)};
}

readmodel::ProjectWrite ProjectRefresh::write_of(const Computation& computation) const {
  const auto& from = computation.from;
  readmodel::RefreshTrail trail{&computation.result.memory, &from.dirty.ids};
  if (from.earlier) {
    trail.earlier = &*from.earlier;
    trail.extent = &*computation.result.extent;
    trail.sources = &from.read.sources;
    trail.changes = &from.dirty.changes;
  }
  return {
      project_.id,          from.clock,         {options_.as_of, from.watermark}, from.checkpoint.fencing_token, trail,
      from.floors.computed, from.floors.missing};
}

// Another writer of the project or a deadlock: from the sources again, since they may have moved.
RefreshReport ProjectRefresh::run() {
  RefreshReport report;
  const auto counts = readmodel::retry([&] {
    const auto computation = compute(report);
    report.source_rows = rows_in(computation.from.read.sources);
    report.changes = static_cast<std::int64_t>(computation.from.dirty.ids.size());
    const auto phase = Clock::now();
    const auto written = readmodel::write_project(session_, write_of(computation), computation.result.rows);
    report.writing += since(phase);
    return written;
  });
  report.trend = counts.trend;
  report.breakdown = counts.breakdown;
  report.drilldown = counts.drilldown;
  report.quarantine_changes = counts.quarantine_changes;
  return report;
}

}  // namespace

RefreshReport refresh_project(readmodel::Session& session, const readmodel::ProjectHeader& project,
                              const RefreshOptions& options, const readmodel::SourceCapabilities& capabilities) {
  return ProjectRefresh(session, project, options, capabilities).run();
}

}  // namespace tidemark::jobs
