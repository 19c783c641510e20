#include "jobs/import/rejects_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "contracts/error.hpp"

namespace tidemark::jobs {
namespace {

std::string csv_field(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  return out += '"';
}

}  // namespace

std::string_view to_string(RejectKind kind) {
  switch (kind) {
    case RejectKind::column_count: return "column_count";
    case RejectKind::quoting: return "quoting";
    case RejectKind::encoding: return "encoding";
    case RejectKind::missing_value: return "missing_value";
    case RejectKind::bad_time: return "bad_time";
    case RejectKind::bad_number: return "bad_number";
    case RejectKind::unknown_state: return "unknown_state";
    case RejectKind::unknown_priority: return "unknown_priority";
  }
  return "";
}

void RejectsFile::check() {
  if (file_) return;
  throw Error(ErrorKind::failed, fmt::format("cannot write the rejects to {}: {}; name another file with --rejects",
                                             path_.string(), std::strerror(errno)));
}

void RejectsFile::add(const Record& record, const Rejection& rejection) {
  if (!file_.is_open()) {
    file_.open(path_, std::ios::binary | std::ios::trunc);
    check();
    file_ << "line,kind,reason,row\n";
  }
  file_ << record.line << ',' << to_string(rejection.kind) << ',' << csv_field(rejection.reason) << ','
        << csv_field(record.raw) << '\n';
  ++counts_[rejection.kind];
}

void RejectsFile::finish() {
  if (!file_.is_open()) return;
  file_.close();
  check();
}

}  // namespace tidemark::jobs
