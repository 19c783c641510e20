#include "contracts/time.hpp"

#include "support/catch.hpp"

using namespace tidemark;
using tests::at;

TEST_CASE("an instant is written in UTC, with a fraction only where it has one") {
  CHECK(format_instant(at("2024-02-29T23:59:59Z")) == "2024-02-29T23:59:59Z");
  CHECK(format_instant(at("2024-02-29T23:59:59.25Z")) == "2024-02-29T23:59:59.25Z");
  CHECK(format_instant(at("2024-02-29T23:59:59.000001Z")) == "2024-02-29T23:59:59.000001Z");
  CHECK(format_instant(Instant{}) == "1970-01-01T00:00:00Z");
  CHECK(format_instant(Instant{} - Micros{1}) == "1969-12-31T23:59:59.999999Z");
  CHECK(format_day(at("2024-02-29T23:59:59Z")) == "2024-02-29");
  CHECK(format_day(at("0001-01-01")) == "0001-01-01");
}

TEST_CASE("every way of writing the same instant is read") {
  const auto text =
      GENERATE(as<std::string>{}, "2016-05-15T00:00:00Z", "2016-05-15t00:00:00z", "2016-05-15 00:00:00+00",
               "2016-05-15 00:00:00.000000+00", "2016-05-15T00:00Z", "2016-05-15", "2016-05-15T02:00:00+02:00",
               "2016-05-14T18:30:00-05:30", "2016-05-15T05:30:00+0530");
  INFO(text);
  CHECK(parse_instant(text) == Instant{std::chrono::seconds{1463270400}});
}

TEST_CASE("what is no instant is refused") {
  const auto text =
      GENERATE(as<std::string>{}, "", "2016", "2016-05", "2016-5-15", "2016-02-30", "2015-02-29", "1900-02-29",
               "2016-13-01", "2016-00-10", "0000-01-01", "2016-05-15T24:00:00Z", "2016-05-15T23:60:00Z",
               "2016-05-15T23:59:60Z", "2016-05-15T00:00:00", "2016-05-15T00:00:00.Z", "2016-05-15T00:00:00.1234567Z",
               "2016-05-15T00:00:00Zx", "2016-05-15T00:00:00+24:00", "2016-05-15T00:00:00+00:60",
               "2016-05-15T00:00:00+0:00", "2016-05-15Z", " 2016-05-15", "+2016-05-15", "infinity");
  INFO(text);
  CHECK(parse_instant(text) == std::nullopt);
}

TEST_CASE("an offset that leads out of the years 1 to 9999 is refused") {
  CHECK(parse_instant("0001-01-01T00:00:00+00:01") == std::nullopt);
  CHECK(parse_instant("9999-12-31T23:59:59-00:01") == std::nullopt);
  CHECK(parse_instant("0001-01-01T00:00:00-00:01").has_value());
  CHECK(parse_instant("9999-12-31T23:59:59.999999Z").has_value());
}

TEST_CASE("writing and reading are each other's inverse") {
  for (const std::int64_t micros : {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{1463270400'100000},
                                    std::int64_t{-62135596800'000000}, std::int64_t{253402300799'999999}})
    CHECK(parse_instant(format_instant(Instant{Micros{micros}})) == Instant{Micros{micros}});
}

TEST_CASE("durations are told in the unit of the chart") {
  CHECK(to_minutes(std::chrono::seconds{90}) == 1.5);
  CHECK(to_hours(std::chrono::minutes{90}) == 1.5);
  CHECK(to_days(std::chrono::hours{36}) == 1.5);
  CHECK(to_days(Micros{0}) == 0);
}
