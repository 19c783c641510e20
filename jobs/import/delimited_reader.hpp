// Delimited text (CSV, TSV and their relatives, RFC 4180) as records. A broken record is delivered as such and reading
// goes on with the next line, so that one unbalanced quote costs one line and not the rest of the file.
// Spec: running it, "import".
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::jobs {

struct DelimitedFormat {
  char delimiter = ',';
  std::optional<char> quote = '"';  // nullopt: no quoting at all
};

enum class RecordFault {
  none,
  quoting,   // a quoted field that does not end, or something after its closing quote
  encoding,  // not UTF-8, or a NUL
};

// One record. The fields point into it, so it is filled in place and not copied.
struct Record {
  Record() = default;
  Record(const Record&) = delete;
  Record& operator=(const Record&) = delete;

  std::int64_t line = 0;  // number of its first line, from 1
  std::string raw;        // as it stands in the file; lines of a quoted field are joined by "\n"
  std::vector<std::string_view> fields;
  RecordFault fault = RecordFault::none;

 private:
  friend class DelimitedReader;
  std::string unquoted_;  // what the quoted fields say
};

// Delivers the next line without its line end; false at the end.
using NextLine = std::function<bool(std::string&)>;

class DelimitedReader {
 public:
  // A quoted field may span lines while the record has at most this many bytes: beyond, its quote was not meant as one.
  static constexpr std::size_t kMaxRecordBytes = std::size_t{1} << 16;

  DelimitedReader(NextLine next_line, const DelimitedFormat& format);

  // Empty lines are skipped, a byte order mark before the first line is dropped. False after the last record.
  bool next(Record& record);

 private:
  enum class Split { done, open, broken };

  bool next_line(std::string& line);
  Split split(Record& record) const;
  void split_plain(Record& record) const;

  NextLine next_line_;
  DelimitedFormat format_;
  std::int64_t line_ = 0;             // lines taken
  std::deque<std::string> put_back_;  // lines looked at for the end of a quoted field that never came
};

}  // namespace tidemark::jobs
