// What a mapping file says: how a work log is written, which of its columns is what, and what its values mean. The file
// is TOML; docs/import.md explains every key. Spec: running it, "import".
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compute/worklog.hpp"
#include "contracts/task_state.hpp"
#include "jobs/import/delimited_reader.hpp"

namespace tidemark::jobs {

enum class Header { first_line, none };

struct LogFormat {
  DelimitedFormat text;
  Header header = Header::first_line;  // none: the columns are named 1, 2, ...
  std::set<std::string, std::less<>> null_tokens;
  std::vector<std::string> time_formats;  // see LogTimeParser
  std::string zone = "UTC";
};

// Names of the log's columns.
struct LogColumns {
  std::string task;  // the task's number in the log
  std::string at;    // when the snapshot was taken
  std::string state;
  std::optional<std::string> sequence;    // orders the snapshots of one instant; absent: the order of [states]
  std::optional<std::string> created_at;  // absent: the task's first snapshot
  std::optional<std::string> created_by;
  std::optional<std::string> project;
  std::optional<std::string> task_class;
  std::optional<std::string> priority;
  std::optional<std::string> assignee;
  std::optional<std::string> resolver;  // whose result is submitted to the gate
  std::vector<std::string> title;       // joined by ", "; nothing there: the task's number
  std::vector<std::string> tags;
};

struct MappedState {
  TaskState state = TaskState::backlog;
  std::optional<std::string> reason;
  std::int64_t rank = 0;  // place in the file, from 0
};

struct Mapping {
  std::string name;  // of the log; part of every id, so that two logs never meet
  LogFormat format;
  LogColumns columns;
  std::string default_project;  // of a row without one
  std::map<std::string, MappedState, std::less<>> states;
  std::map<std::string, int, std::less<>> priorities;  // empty: the column holds the number itself
  std::string gate_type;                               // empty: no gate
  compute::WorklogRules rules;
};

// Errors: tidemark::Error of kind usage that names the file and the line: not readable, not TOML, an unknown key (with
// the nearest known one), a missing or impossible value.
Mapping read_mapping(const std::filesystem::path& file);

}  // namespace tidemark::jobs
