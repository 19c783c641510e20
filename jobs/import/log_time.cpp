// GCC 12 sees an uninitialised second in date.h's reading of a fraction (it is used only once it has been read).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include "jobs/import/log_time.hpp"

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

#include <sstream>
#include <utility>

#include "contracts/error.hpp"

namespace tidemark::jobs {
namespace {

using LocalMicros = date::local_time<Micros>;

bool in_range(Instant t) {
  static const Instant kFirst = *parse_instant("0001-01-01");
  static const Instant kLast = *parse_instant("9999-12-31T23:59:59.999999Z");
  return t >= kFirst && t <= kLast;
}

}  // namespace

class LogTimeParser::Stream {
 public:
  std::istringstream& over(const std::string& text) {
    stream_.clear();
    stream_.str(text);
    return stream_;
  }

 private:
  std::istringstream stream_;
};

LogTimeParser::LogTimeParser(std::vector<std::string> formats, const std::string& zone)
    : formats_(std::move(formats)), stream_(std::make_unique<Stream>()) {
  if (zone == "UTC") return;
  try {
    zone_ = date::locate_zone(zone);
  } catch (const std::runtime_error&) {
    throw Error(ErrorKind::usage, fmt::format("there is no time zone \"{}\"; name one of the IANA database, such as "
                                              "Europe/Berlin, or UTC (the package tzdata holds them)",
                                              zone));
  }
}

LogTimeParser::~LogTimeParser() = default;

std::optional<Instant> LogTimeParser::parse_by(const std::string& format, const std::string& text) {
  if (format == "iso") return parse_instant(text);
  auto& stream = stream_->over(text);
  const bool has_offset = format.find("%z") != std::string::npos || format.find("%Ez") != std::string::npos;
  if (has_offset) {
    date::sys_time<Micros> time{};
    date::from_stream(stream, format.c_str(), time);
    if (stream.fail() || stream.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
    return Instant{time.time_since_epoch()};
  }
  LocalMicros time{};
  date::from_stream(stream, format.c_str(), time);
  if (stream.fail() || stream.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
  return zone_ == nullptr ? Instant{time.time_since_epoch()} : Instant{zone_->to_sys(time, date::choose::earliest)};
}

std::optional<Instant> LogTimeParser::parse(std::string_view text) {
  const std::string owned{text};
  for (const auto& format : formats_)
    if (const auto instant = parse_by(format, owned); instant && in_range(*instant)) return instant;
  return std::nullopt;
}

}  // namespace tidemark::jobs
