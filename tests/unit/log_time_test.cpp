// The dates of a log: formats, zones, and what is no date.
#include "jobs/import/log_time.hpp"

#include "contracts/error.hpp"
#include "support/catch.hpp"

using namespace tidemark;
using tidemark::jobs::LogTimeParser;
using tidemark::tests::at;

TEST_CASE("day first and without leading zeros") {
  LogTimeParser parser({"%d/%m/%Y %H:%M"}, "UTC");
  CHECK(parser.parse("29/2/2016 01:16") == at("2016-02-29T01:16:00Z"));
  CHECK(parser.parse("05/03/2016 12:00") == at("2016-03-05T12:00:00Z"));
  for (const char* bad : {"29/2/2017 01:16", "31/4/2016 00:00", "1/13/2016 00:00", "29/2/2016", "29/2/2016 01:16 pm",
                          "29/2/2016 24:16", "", "?", "2016-02-29 01:16"})
    CHECK(parser.parse(bad) == std::nullopt);
}

TEST_CASE("fractions of a second and offsets") {
  LogTimeParser parser({"%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"}, "UTC");
  CHECK(parser.parse("2016-03-01 10:00:00.25") == at("2016-03-01T10:00:00.25Z"));
  CHECK(parser.parse("2016-03-01T10:00:00+0200") == at("2016-03-01T08:00:00Z"));
}

TEST_CASE("iso is RFC 3339") {
  LogTimeParser parser({"iso"}, "Europe/Berlin");
  CHECK(parser.parse("2016-03-01T10:00:00.123456Z") == at("2016-03-01T10:00:00.123456Z"));
  CHECK(parser.parse("2016-03-01T10:00:00+01:00") == at("2016-03-01T09:00:00Z"));
  CHECK(parser.parse("2016-03-01 10:00") == std::nullopt);
}

TEST_CASE("local times are of the zone, with its summer time") {
  LogTimeParser parser({"%Y-%m-%d %H:%M"}, "Europe/Berlin");
  CHECK(parser.parse("2016-01-15 12:00") == at("2016-01-15T11:00:00Z"));
  CHECK(parser.parse("2016-07-15 12:00") == at("2016-07-15T10:00:00Z"));
  CHECK(parser.parse("2016-03-27 02:30") == at("2016-03-27T01:00:00Z"));  // skipped: the instant of the skip
  CHECK(parser.parse("2016-10-30 02:30") == at("2016-10-30T00:30:00Z"));  // twice: the first
}

TEST_CASE("an unknown zone is refused by name") {
  CHECK_THROWS_WITH(LogTimeParser({"iso"}, "Europe/Atlantis"), tests::contains_text("Europe/Atlantis"));
}
