// Writes what an import brings into the delivery sources: the one place where Tidemark writes tables that jobs read.
// Rows that are there already and say the same are neither written nor locked. Spec: running it, "import"; storage,
// "Source tables".
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "contracts/work_history.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

struct ImportedProject {
  Uuid id;
  std::string name;
};

// A row of task. Members in text form are written as they are, so that a stored row can be given back unchanged.
struct ImportedTask {
  Uuid id;
  Uuid project_id;
  std::string short_id;
  std::string title;
  std::string state;
  std::string priority;
  std::int64_t sequence = 0;  // work_spec.sequence: of the newest snapshot, whose instant is updated_at
  std::optional<std::string> task_class;
  std::string capability_tags;  // an array literal
  std::optional<std::string> created_by;
  Instant created_at;
  Instant updated_at;
};

// A task, all of its history so far, and what of it is new.
struct ImportedWork {
  ImportedTask task;
  std::optional<Uuid> gate_rule_id;    // of its project's gate, where the mapping has one
  std::optional<Uuid> former_project;  // where the task is stored now, if elsewhere
  std::vector<WorkSnapshot> added;     // snapshots without a row in event_log
  std::vector<Uuid> earlier;           // ids of those that have one
  WorkHistory history;                 // of both
};

struct ImportBatch {
  std::string log;        // the mapping's name
  std::string gate_type;  // empty: no gate
  std::vector<ImportedProject> projects;
  std::vector<ImportedWork> work;
};

// Rows written: inserted or changed.
struct ImportCounts {
  std::int64_t projects = 0;
  std::int64_t gate_rules = 0;
  std::int64_t tasks = 0;
  std::int64_t events = 0;
  std::int64_t links = 0;
  std::int64_t decisions = 0;
  std::int64_t attempts = 0;
  std::int64_t leases = 0;
  std::int64_t deleted = 0;  // derived rows that no longer follow, projects left empty
  std::int64_t total() const {
    return projects + gate_rules + tasks + events + links + decisions + attempts + leases + deleted;
  }
};

// Told now and then how many of the new events are written; they are most of the work.
using WriteProgress = std::function<void(std::int64_t events)>;

// Requires: the log's lock (stored_work.hpp), with what was stored then taken into the batch.
// Errors: tidemark::Error; one that is retryable() where somebody else wrote the same rows.
ImportCounts write_work(Transaction& transaction, const ImportBatch& batch, const WriteProgress& progress);

}  // namespace tidemark::readmodel
