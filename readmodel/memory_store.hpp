// What a refresh leaves to the next one of the same project. Spec: jobs, "Incremental refresh", rules 3 to 5.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contracts/project_memory.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

// The memory with the timelines of the live tasks, and of those in `others`. nullopt: there is none, or none that this
// version can read.
std::optional<ProjectMemory> read_memory(Transaction& tx, const Uuid& project_id, const std::vector<Uuid>& others);

// The timelines of some tasks, as far as they have one.
std::vector<TaskTimeline> read_timelines(Transaction& tx, const Uuid& project_id, const std::vector<Uuid>& tasks);

// Whether a row of the project was set aside because one of the tasks was not there.
bool is_missed(Transaction& tx, const Uuid& project_id, const std::vector<Uuid>& tasks);

struct MemoryDiff {
  std::string text;  // the finished memory, where it differs from the stored one; else empty
  std::vector<TaskTimeline> changed;
  std::vector<Uuid> vanished;
  bool empty() const { return text.empty() && changed.empty() && vanished.empty(); }
};

// `earlier`: what the run started from; nullptr: a whole run, whose timelines are all there are.
MemoryDiff diff_memory(Transaction& tx, const Uuid& project_id, const ProjectMemory& finished,
                       const ProjectMemory* earlier);

// Requires: the project's checkpoint is locked.
void apply_memory(Transaction& tx, const Uuid& project_id, const MemoryDiff& diff);

// The changes found of a project. Spec: storage, metrics_dirty.
struct DirtyRows {
  std::vector<std::int64_t> ids;
  std::vector<SourceChange> changes;
};

DirtyRows read_dirty(Transaction& tx, const Uuid& project_id);

// Each of the projects has to be computed whole: rows of it came or went that no cursor finds.
void mark_projects(Transaction& tx, const std::vector<Uuid>& projects, Instant now);

// Requires: the rows that they led to are written in this transaction.
void delete_dirty(Transaction& tx, const Uuid& project_id, const std::vector<std::int64_t>& ids);

}  // namespace tidemark::readmodel
