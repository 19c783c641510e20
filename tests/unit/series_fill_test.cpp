// Buckets without a row of their own: levels hold on, everything else is filled only when asked for.
#include "jobs/views/series_fill.hpp"

#include "contracts/error.hpp"
#include "support/catch.hpp"

using namespace tidemark;
using namespace tidemark::tests;
using namespace tidemark::views;

namespace {

readmodel::TrendPoint point(const std::string& bucket, std::optional<double> value, Dimensions dimensions = {}) {
  return {at(bucket), std::move(dimensions), {value, R"({"sample_size": 2})"}, {}};
}

StoredSeries stored(const char* metric, Grain grain, const std::string& from, const std::string& before) {
  StoredSeries series;
  series.metric = find_metric(metric);
  series.grain = grain;
  series.from = at(from);
  series.before = at(before);
  return series;
}

// "12: 3, 13: 3*" for values by day or hour, * where filled, - where null.
std::string text(const std::vector<SeriesPoint>& points) {
  std::string out;
  for (const auto& [point, filled] : points) {
    const auto instant = format_instant(point.bucket);
    if (!out.empty()) out += ", ";
    out += instant.substr(11, 2) == "00" ? instant.substr(8, 2) : instant.substr(8, 5);
    if (!point.dimensions.all()) out += point.dimensions.value;
    out += ": " + (point.value.numeric ? std::to_string(std::lround(*point.value.numeric)) : "-");
    if (filled) out += '*';
  }
  return out;
}

}  // namespace

TEST_CASE("a sparse level holds until its next row, from before the range on") {
  auto series = stored("wip", Grain::hour, "2024-01-02T10:00:00Z", "2024-01-02T15:00:00Z");
  series.points = {point("2024-01-02T12:00:00Z", 4), point("2024-01-02T14:00:00Z", 5)};
  CHECK(text(fill_series(series, Fill::none)) == "02T12: 4, 02T13: 4*, 02T14: 5");
  series.earlier = point("2023-12-31T00:00:00Z", 3);
  CHECK(text(fill_series(series, Fill::none)) == "02T10: 3*, 02T11: 3*, 02T12: 4, 02T13: 4*, 02T14: 5");
  CHECK(fill_series(series, Fill::none)[0].point.value.json == R"({"sample_size": 2})");
}

TEST_CASE("an undefined level holds on as undefined, not as the value before it") {
  auto series = stored("blocked", Grain::hour, "2024-01-02T10:00:00Z", "2024-01-02T14:00:00Z");
  series.points = {point("2024-01-02T10:00:00Z", 1), point("2024-01-02T12:00:00Z", std::nullopt)};
  CHECK(text(fill_series(series, Fill::none)) == "02T10: 1, 02T11: 1*");
  CHECK(text(fill_series(series, Fill::null)) == "02T10: 1, 02T11: 1*, 02T12: -*, 02T13: -*");
  CHECK(text(fill_series(series, Fill::previous)) == "02T10: 1, 02T11: 1*, 02T12: 1*, 02T13: 1*");
}

TEST_CASE("events are filled only when asked for, and not before their first row") {
  auto series = stored("throughput", Grain::day, "2024-01-01", "2024-01-06");
  series.points = {point("2024-01-02", 7), point("2024-01-04", 1)};
  CHECK(text(fill_series(series, Fill::none)) == "02: 7, 04: 1");
  CHECK(text(fill_series(series, Fill::zero)) == "02: 7, 03: 0*, 04: 1, 05: 0*");
  CHECK(text(fill_series(series, Fill::null)) == "02: 7, 03: -*, 04: 1, 05: -*");
  CHECK(text(fill_series(series, Fill::previous)) == "02: 7, 03: 7*, 04: 1, 05: 1*");
  series.earlier = series.defined = point("2023-12-01", 9);
  CHECK(text(fill_series(series, Fill::zero)) == "01: 0*, 02: 7, 03: 0*, 04: 1, 05: 0*");
  CHECK(text(fill_series(series, Fill::previous)) == "01: 9*, 02: 7, 03: 7*, 04: 1, 05: 1*");
}

TEST_CASE("nothing is made up where nothing is stored, unless something stood before the range") {
  auto series = stored("throughput", Grain::day, "2024-01-01", "2024-01-03");
  CHECK(fill_series(series, Fill::zero).empty());
  series.earlier = series.defined = point("2023-12-01", 9);
  CHECK(text(fill_series(series, Fill::zero)) == "01: 0*, 02: 0*");
}

TEST_CASE("every series of a split is filled by itself") {
  auto series = stored("wip", Grain::day, "2024-01-01", "2024-01-04");
  series.points = {point("2024-01-01", 1, {"phase", "A"}), point("2024-01-02", 2, {"phase", "B"}),
                   point("2024-01-03", 3, {"phase", "A"})};
  CHECK(text(fill_series(series, Fill::none)) == "01A: 1, 02B: 2, 03A: 3");
  CHECK(text(fill_series(series, Fill::zero)) == "01A: 1, 01B: 0*, 02A: 0*, 02B: 2, 03A: 3, 03B: 0*");
  CHECK(text(fill_series(series, Fill::previous)) == "01A: 1, 02A: 1*, 02B: 2, 03A: 3, 03B: 2*");
}

TEST_CASE("weeks and months are filled on their own grid") {
  auto series = stored("throughput", Grain::month, "2023-12-15", "2024-04-01");
  series.points = {point("2024-01-01", 1), point("2024-03-01", 2)};
  series.earlier = series.defined = point("2023-12-01", 5);
  const auto points = fill_series(series, Fill::zero);
  REQUIRE(points.size() == 3);
  CHECK(points[1].point.bucket == at("2024-02-01"));
}

TEST_CASE("more points than may be answered are refused before they are made") {
  auto series = stored("throughput", Grain::hour, "1950-01-01", "2024-01-01");
  series.earlier = point("1949-01-01", 5);
  CHECK_THROWS_AS(fill_series(series, Fill::zero), Error);
  CHECK_THROWS_WITH(require_fill("linear"), contains_text("allowed: none, null, zero, previous"));
}
