// The dates of a log: its formats and its zone to instants. Spec: running it, "import".
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/time.hpp"

namespace date {
class time_zone;
}

namespace tidemark::jobs {

// Reads texts by strptime-like formats (`%d/%m/%Y %H:%M` takes 29/2/2016 01:16 too), the first that fits the whole
// text, or by the name `iso`: RFC 3339 with its own offset, as parse_instant reads it. Thread safety: none.
class LogTimeParser {
 public:
  // Times without an offset (%z) are of `zone`, an IANA name. A time that the zone's clock shows twice is the first of
  // the two; one that it skips is the instant of the skip.
  // Errors: tidemark::Error of kind usage for an unknown zone.
  LogTimeParser(std::vector<std::string> formats, const std::string& zone);
  ~LogTimeParser();

  // nullopt: no format fits, no such day or time, or outside the years 1 to 9999.
  std::optional<Instant> parse(std::string_view text);

 private:
  class Stream;
  std::optional<Instant> parse_by(const std::string& format, const std::string& text);

  std::vector<std::string> formats_;
  const date::time_zone* zone_ = nullptr;  // nullptr: UTC, for which no time zone database is needed
  std::unique_ptr<Stream> stream_;         // making one costs more than reading from it
};

}  // namespace tidemark::jobs
