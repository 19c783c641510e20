// A work log read through its mapping: the snapshots of each task and the attributes of its newest one.
// Spec: running it, "import".
#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "contracts/work_history.hpp"
#include "jobs/import/mapping.hpp"
#include "jobs/import/rejects_file.hpp"

namespace tidemark::jobs {

// What a task is, as one snapshot has it.
struct TaskAttributes {
  std::string project;
  std::string title;
  int priority = 100;
  std::optional<std::string> task_class;
  std::vector<std::string> tags;
  std::optional<std::string> created_by;
  std::optional<Instant> created_at;  // nullopt: the log does not say, see LogColumns
  friend auto operator<=>(const TaskAttributes&, const TaskAttributes&) = default;
};

struct LoggedTask {
  Uuid id;
  std::string key;                      // its number in the log
  std::vector<WorkSnapshot> snapshots;  // as the log has them, neither ordered nor unique
  Instant newest_at;                    // of the newest snapshot, with newest_sequence
  std::int64_t newest_sequence = 0;
  TaskAttributes attributes;  // of that snapshot
};

struct WorkLog {
  std::vector<LoggedTask> tasks;
  std::int64_t rows = 0;  // read, the rejected ones among them
};

// Told now and then how far the reading is: the share of the file (0 where unknown) and the rows read.
using ReadProgress = std::function<void(double share, std::int64_t rows)>;

// Bad rows go to `rejects`, and the reading goes on.
// Errors: tidemark::Error of kind usage where the log lacks a column that the mapping names, or has no header; of kind
// failed where it cannot be read.
WorkLog read_work_log(const Mapping& mapping, const std::filesystem::path& log, RejectsFile& rejects,
                      const ReadProgress& progress);

}  // namespace tidemark::jobs
