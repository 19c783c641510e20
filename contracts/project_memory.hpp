// What a run keeps of a project, so that the next one reads only what is still live and recomputes only what can have
// changed. All of it follows from the sources and can be thrown away: the next run is then a whole one.
// Spec: jobs, "Incremental refresh", rules 3, 5 and 6; storage, "Operational tables".
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/task_state.hpp"
#include "contracts/time.hpp"
#include "contracts/uuid.hpp"

namespace tidemark {

// A task's place in time. One row of metrics_task_timeline.
struct TaskTimeline {
  Uuid task_id;
  Instant first_at;                   // the earliest instant of any row that names it
  std::optional<Instant> settled_at;  // the latest; NULL: it is open, or something of it lies ahead or still lasts
  bool live = true;                   // false: it is counted in SettledTasks, and its rows are not read any more
  std::string attributes;             // hash of what metrics use of the task itself
  friend bool operator==(const TaskTimeline&, const TaskTimeline&) = default;
};

// What the tasks that are not live add to the buckets after `before`: only counts, since nothing of them changes.
struct SettledTasks {
  Instant before = Instant::min();      // settled before it; no bucket's window that is recomputed begins earlier
  Instant first_fact = Instant::max();  // of theirs, and of the project's own facts before `before`
  std::array<std::int64_t, kTaskStateCount> by_state{};  // done and dropped states only
  std::int64_t completed = 0;                            // those that ever were integrated
  bool dependencies = false;                             // any edge was known, of whatever task
  std::map<Uuid, std::optional<Instant>> milestones;  // with such tasks: the last completion of one, where there is any
  friend bool operator==(const SettledTasks&, const SettledTasks&) = default;
};

// How a milestone whose planned completion had come stood.
struct MilestoneStanding {
  Uuid id;
  Instant planned;
  bool on_time = false;
  std::optional<Instant> actual;
  friend auto operator<=>(const MilestoneStanding&, const MilestoneStanding&) = default;
};

struct ProjectMemory {
  Instant as_of;                             // of the run that remembered
  std::optional<int> source_retention_days;  // by which it left old buckets as they were; NULL: by none
  SettledTasks settled;
  std::vector<MilestoneStanding> standings;  // ascending
  std::optional<Instant> whole_from;         // an as-of from which on the next run has to be a whole one
  std::vector<TaskTimeline> tasks;           // those that were read, by id
};

// Everything but the tasks, as JSON and back. nullopt: it was written by another version.
std::string memory_text(const ProjectMemory& memory);
std::optional<ProjectMemory> parse_memory(std::string_view text);

// A change of the sources that was found. Spec: storage, metrics_dirty.
struct SourceChange {
  std::string source;
  std::string source_id;
  std::optional<Uuid> task_id;
  std::optional<Instant> since;  // the earliest instant that it concerns; NULL: unknown
};

// The rows that a run recomputed, where it was not a whole one. All others are as they should be already.
struct Extent {
  // Trend and breakdown: buckets that end after it; of level metrics those that end after `levels_after`.
  Instant after;
  Instant levels_after;
  // Drilldown: all rows without a bucket, and those of these entities, ascending.
  std::vector<Uuid> entities;
};

}  // namespace tidemark
