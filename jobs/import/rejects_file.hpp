// The rows of a log that could not be used, each with its line number, the reason and the line as it stands, as CSV for
// a person to mend and import. Spec: running it, "import".
#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "jobs/import/delimited_reader.hpp"

namespace tidemark::jobs {

enum class RejectKind {
  column_count,
  quoting,
  encoding,
  missing_value,
  bad_time,
  bad_number,
  unknown_state,
  unknown_priority
};

std::string_view to_string(RejectKind kind);

struct Rejection {
  RejectKind kind = RejectKind::column_count;
  std::string reason;
};

class RejectsFile {
 public:
  // The file is made at the first reject: without one, there is none.
  explicit RejectsFile(std::filesystem::path path) : path_(std::move(path)) {}

  // Errors: tidemark::Error of kind failed where the file cannot be written, here and in finish().
  void add(const Record& record, const Rejection& rejection);
  void finish();

  const std::filesystem::path& path() const { return path_; }
  const std::map<RejectKind, std::int64_t>& counts() const { return counts_; }

 private:
  void check();

  std::filesystem::path path_;
  std::ofstream file_;
  std::map<RejectKind, std::int64_t> counts_;
};

}  // namespace tidemark::jobs
