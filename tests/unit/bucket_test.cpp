#include "contracts/bucket.hpp"

#include "support/catch.hpp"

using namespace tidemark;
using tests::at;

namespace {

struct Expected {
  Grain grain;
  const char* instant;
  const char* start;
  const char* end;
};

}  // namespace

TEST_CASE("an instant falls into the half-open bucket that holds it") {
  const auto [grain, instant, start, end] = GENERATE(values<Expected>({
      {Grain::hour, "2024-03-31T01:59:59.999999Z", "2024-03-31T01:00:00Z", "2024-03-31T02:00:00Z"},
      {Grain::hour, "2024-03-31T02:00:00Z", "2024-03-31T02:00:00Z", "2024-03-31T03:00:00Z"},
      {Grain::day, "2024-02-29T12:00:00Z", "2024-02-29T00:00:00Z", "2024-03-01T00:00:00Z"},
      {Grain::day, "2023-02-28T23:59:59Z", "2023-02-28T00:00:00Z", "2023-03-01T00:00:00Z"},
      {Grain::day, "1969-12-31T23:59:59.999999Z", "1969-12-31T00:00:00Z", "1970-01-01T00:00:00Z"},
      // ISO week 53 of 2020 lies in two years, and so does week 1 of 2025.
      {Grain::week, "2021-01-03T23:59:59Z", "2020-12-28T00:00:00Z", "2021-01-04T00:00:00Z"},
      {Grain::week, "2021-01-04T00:00:00Z", "2021-01-04T00:00:00Z", "2021-01-11T00:00:00Z"},
      {Grain::week, "2025-01-01T00:00:00Z", "2024-12-30T00:00:00Z", "2025-01-06T00:00:00Z"},
      {Grain::week, "1970-01-01T00:00:00Z", "1969-12-29T00:00:00Z", "1970-01-05T00:00:00Z"},
      {Grain::week, "2024-02-25T00:00:00Z", "2024-02-19T00:00:00Z", "2024-02-26T00:00:00Z"},  // a Sunday
      {Grain::month, "2024-02-29T23:59:59Z", "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"},
      {Grain::month, "2023-02-28T23:59:59Z", "2023-02-01T00:00:00Z", "2023-03-01T00:00:00Z"},
      {Grain::month, "2023-12-31T23:59:59Z", "2023-12-01T00:00:00Z", "2024-01-01T00:00:00Z"},
      {Grain::month, "2024-04-30T00:00:00Z", "2024-04-01T00:00:00Z", "2024-05-01T00:00:00Z"},
  }));
  INFO(to_string(grain) << " of " << instant);
  CHECK(bucket_start(grain, at(instant)) == at(start));
  CHECK(bucket_end(grain, at(start)) == at(end));
}

TEST_CASE("buckets of a grain follow each other without gap or overlap, and starts are their own starts") {
  for (const Grain grain : kGrains) {
    Instant start = bucket_start(grain, at("2019-12-30"));
    while (start < at("2021-02-01")) {
      const Instant end = bucket_end(grain, start);
      REQUIRE(start < end);
      REQUIRE(bucket_start(grain, start) == start);
      REQUIRE(bucket_start(grain, end - Micros{1}) == start);
      REQUIRE(bucket_start(grain, end) == end);
      start = end;
    }
  }
}

TEST_CASE("a bucket's ISO week ends on the Monday after it") {
  CHECK(iso_week_end(at("2020-12-31")) == at("2021-01-04"));
  CHECK(iso_week_end(at("2021-01-04")) == at("2021-01-11"));
}

TEST_CASE("grains have names") {
  for (const Grain grain : kGrains) CHECK(parse_grain(to_string(grain)) == grain);
  CHECK(parse_grain("Day") == std::nullopt);
  CHECK(parse_grain("") == std::nullopt);
}
