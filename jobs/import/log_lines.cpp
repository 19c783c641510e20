#include "jobs/import/log_lines.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "contracts/error.hpp"

namespace tidemark::jobs {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 18;

gzFile open_log(const std::filesystem::path& log) {
  // Through a descriptor of our own, so that closing never closes the process's standard input.
  if (log == "-") return gzdopen(dup(STDIN_FILENO), "rb");
  if (std::filesystem::is_directory(log))
    throw Error(ErrorKind::usage, fmt::format("the log {} is a folder; name the file in it", log.string()));
  return gzopen(log.c_str(), "rb");
}

}  // namespace

void LogLines::Close::operator()(gzFile_s* file) const { gzclose(file); }

LogLines::LogLines(const std::filesystem::path& log) : name_(log == "-" ? "standard input" : log.string()) {
  errno = 0;
  file_.reset(open_log(log));
  if (!file_)
    throw Error(ErrorKind::usage, fmt::format("cannot open the log {}: {}; name an existing, readable file, or - for "
                                              "standard input",
                                              name_, std::strerror(errno)));
  gzbuffer(file_.get(), kBufferBytes);
  buffer_.resize(kBufferBytes);
  std::error_code unknown;  // a pipe has no size
  const auto size = std::filesystem::file_size(log, unknown);
  if (!unknown) file_bytes_ = static_cast<double>(size);
}

bool LogLines::refill() {
  const int read = gzread(file_.get(), buffer_.data(), static_cast<unsigned>(buffer_.size()));
  int code = Z_OK;
  const std::string message = gzerror(file_.get(), &code);
  // A file cut off within its gzip stream reads like a shorter one; only the code says so.
  if (read < 0 || code == Z_BUF_ERROR)
    throw Error(ErrorKind::failed,
                fmt::format("cannot read {} to its end: {}; check the file with `gzip -t` and fetch it again", name_,
                            code == Z_ERRNO ? std::strerror(errno) : message));
  at_ = 0;
  end_ = static_cast<std::size_t>(read);
  return end_ > 0;
}

bool LogLines::next(std::string& line) {
  line.clear();
  bool any = false;
  while (at_ < end_ || refill()) {
    any = true;
    const char* begin = buffer_.data() + at_;
    const auto* line_end = static_cast<const char*>(std::memchr(begin, '\n', end_ - at_));
    if (line_end == nullptr) {
      line.append(begin, end_ - at_);
      at_ = end_;
      continue;
    }
    line.append(begin, line_end);
    at_ += static_cast<std::size_t>(line_end - begin) + 1;
    break;
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return any;
}

double LogLines::share_read() const {
  if (file_bytes_ == 0) return 0;
  return std::clamp(static_cast<double>(gzoffset(file_.get())) / file_bytes_, 0.0, 1.0);
}

}  // namespace tidemark::jobs
