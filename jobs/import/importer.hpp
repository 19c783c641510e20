// Loads a work log into the delivery sources, all of it or nothing, so that the order of imports changes nothing and a
// repeat writes nothing. Spec: running it, "import".
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "jobs/import/rejects_file.hpp"
#include "readmodel/source_writer.hpp"

namespace tidemark::jobs {

struct ImportOptions {
  std::filesystem::path mapping;
  std::filesystem::path log;                     // plain or gzip; `-`: standard input
  std::optional<std::filesystem::path> rejects;  // default: <log's name>.rejects.csv in the current folder
};

// What became of the log's rows: transitions + repeats + already_there + rejected() = rows.
struct ImportReport {
  std::string log;  // the mapping's name
  std::int64_t rows = 0;
  std::int64_t transitions = 0;    // new, and the task's state or reason is another than before
  std::int64_t repeats = 0;        // new, but the state stayed: only other columns changed
  std::int64_t already_there = 0;  // imported before, or the same line again
  std::map<RejectKind, std::int64_t> rejects;
  std::filesystem::path rejects_file;  // empty: no rejects
  std::int64_t tasks = 0;              // that the log names
  std::int64_t projects = 0;
  bool dry_run = false;
  readmodel::ImportCounts written;
  double read_seconds = 0;
  double write_seconds = 0;  // 0 for a dry run
  std::int64_t rejected() const;
};

// Told now and then what is being done and how much of it is done (0 to 1; 0 where unknown).
using ImportProgress = std::function<void(std::string_view stage, double share, std::int64_t rows)>;

// `database`: nullopt counts the rows as a first import would and writes nothing but the rejects.
// Errors: tidemark::Error; nothing is written then.
ImportReport import_work_log(const std::optional<readmodel::ConnectionSettings>& database, const ImportOptions& options,
                             const ImportProgress& progress);

}  // namespace tidemark::jobs
