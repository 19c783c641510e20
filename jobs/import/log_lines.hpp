// The lines of a log file, plain or gzip, or of standard input. Spec: running it, "import".
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

struct gzFile_s;  // zlib's

namespace tidemark::jobs {

class LogLines {
 public:
  // `-` is standard input; gzip is recognised by its content.
  // Errors: tidemark::Error of kind usage where the file cannot be opened; next() one of kind failed where it cannot be
  // read to its end (damaged gzip data, a failing disk).
  explicit LogLines(const std::filesystem::path& log);

  // The next line without its line end; false after the last one. A missing line end at the end of the file is fine.
  bool next(std::string& line);

  // The share of the file read so far, 0 to 1; 0 where its size is not known.
  double share_read() const;

 private:
  struct Close {
    void operator()(gzFile_s* file) const;
  };

  bool refill();

  std::string name_;
  std::unique_ptr<gzFile_s, Close> file_;
  std::vector<char> buffer_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  double file_bytes_ = 0;  // as stored
};

}  // namespace tidemark::jobs
