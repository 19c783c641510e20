// What a watermark waits for and what it reads, case by case.
#include "readmodel/gap_tracking.hpp"

#include <limits>

#include "support/catch.hpp"

using namespace tidemark;
using namespace tidemark::readmodel;

namespace {

constexpr auto kLeast = std::numeric_limits<std::int64_t>::min();
constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
const Instant kStart = Instant{} + kDay;
const Instant kLaterStart = kStart + kDay;

Observation seen_at(std::int64_t newest, std::vector<std::string> holders, Instant server_start = kStart) {
  return {newest, std::move(holders), server_start};
}

// The cursor of an empty table on which nobody writes.
Cursor empty_cursor() { return first_cursor(seen_at(0, {}), Instant{}); }

}  // namespace

namespace Catch {
template <>
struct StringMaker<IdRange> {
  static std::string convert(const IdRange& range) {
    return std::to_string(range.first) + ".." + std::to_string(range.last);
  }
};
}  // namespace Catch

TEST_CASE("ranges of ids unite, subtract and split at their ends", "[watermark]") {
  IdRanges ids;
  for (const std::int64_t id : {1, 2, 3, 5, 9, 10}) append_id(ids, id);
  CHECK(ids == IdRanges{{1, 3}, {5, 5}, {9, 10}});
  CHECK(unite(ids, {{4, 4}, {7, 9}}) == IdRanges{{1, 5}, {7, 10}});
  CHECK(unite({}, ids) == ids);
  CHECK(subtract({{1, 10}}, ids) == IdRanges{{4, 4}, {6, 8}});
  CHECK(subtract(ids, {{1, 10}}).empty());
  CHECK(subtract(ids, {}) == ids);
  CHECK(subtract({{1, 4}, {6, 9}}, {{3, 7}}) == IdRanges{{1, 2}, {8, 9}});
  CHECK(subtract({{kLeast, kMost}}, {{0, 0}}) == IdRanges{{kLeast, -1}, {1, kMost}});
  CHECK(subtract({{0, kMost}}, {{5, kMost}}) == IdRanges{{0, 4}});
  CHECK(unite({{1, kMost}}, {{3, 4}}) == IdRanges{{1, kMost}});
  CHECK(ids_above(ids, 2) == IdRanges{{3, 3}, {5, 5}, {9, 10}});
  CHECK(count_ids(ids) == 6);
  CHECK(split_ids(ids, 4) == std::vector<IdRanges>{{{1, 3}, {5, 5}}, {{9, 10}}});
  CHECK(split_ids({{1, 100}, {102, 102}}, 4) == std::vector<IdRanges>{{{1, 100}}, {{102, 102}}});
  CHECK(split_ids({}, 4).empty());
}

TEST_CASE("without writers what is not visible will never be", "[watermark]") {
  const auto seen = seen_at(10, {});
  CHECK(ids_to_read(empty_cursor(), seen) == IdRanges{{1, 10}});
  const auto cursor = advance(empty_cursor(), seen, {{1, 4}, {7, 10}}, Instant{});
  CHECK(cursor.watermark == 10);
  CHECK(cursor.gaps.empty());
  CHECK(is_idle(cursor, seen));
}

TEST_CASE("a gap waits for those who wrote when it was seen, and for nobody who comes later", "[watermark]") {
  const auto cursor = advance(empty_cursor(), seen_at(10, {"3/7", "4/2"}), {{1, 4}, {7, 10}}, kStart);
  REQUIRE(cursor.gaps.size() == 1);
  CHECK(cursor.gaps[0] == Gap{{{5, 6}}, {{"3/7", "4/2"}, kStart, kStart}});
  CHECK(is_idle(cursor, seen_at(10, {"3/7", "4/2", "5/1"})));

  const auto one_left = seen_at(10, {"4/2", "5/1"});
  CHECK_FALSE(is_idle(cursor, one_left));
  CHECK(ids_to_read(cursor, one_left) == IdRanges{{5, 6}});
  const auto narrower = advance(cursor, one_left, {{6, 6}}, kLaterStart);
  REQUIRE(narrower.gaps.size() == 1);
  CHECK(narrower.gaps[0] == Gap{{{5, 5}}, {{"4/2"}, kStart, kStart}});

  const auto none_left = seen_at(10, {"5/1"});
  CHECK(ids_to_read(narrower, none_left) == IdRanges{{5, 5}});
  CHECK(advance(narrower, none_left, {}, kLaterStart).gaps.empty());
}

TEST_CASE("gaps that come to wait for the same transaction are one", "[watermark]") {
  auto cursor = advance(empty_cursor(), seen_at(5, {"3/7", "4/2"}), {{1, 2}, {4, 5}}, kStart);
  cursor = advance(cursor, seen_at(10, {"3/7", "5/1"}), {{6, 7}, {9, 10}}, kLaterStart);
  CHECK(cursor.gaps.size() == 2);
  cursor = advance(cursor, seen_at(10, {"3/7"}), {}, kLaterStart);
  REQUIRE(cursor.gaps.size() == 1);
  CHECK(cursor.gaps[0] == Gap{{{3, 3}, {8, 8}}, {{"3/7"}, kStart, kStart}});
}

TEST_CASE("a restart ends every transaction but the prepared ones", "[watermark]") {
  const auto cursor = advance(empty_cursor(), seen_at(10, {"3/7"}), {{1, 4}, {6, 10}}, kStart);
  // The same number after a restart is another transaction.
  const auto restarted = seen_at(10, {"3/7"}, kLaterStart);
  CHECK(ids_to_read(cursor, restarted) == IdRanges{{5, 5}});
  CHECK(advance(cursor, restarted, {}, kLaterStart).gaps.empty());

  const auto prepared = seen_at(10, {"-1/733", "3/7"}, kLaterStart);
  const auto waiting = advance(cursor, prepared, {}, kLaterStart);
  REQUIRE(waiting.gaps.size() == 1);
  CHECK(waiting.gaps[0].wait == Wait{{"-1/733"}, kLaterStart, kStart});
  CHECK(is_idle(waiting, prepared));
  CHECK(advance(waiting, restarted, {{5, 5}}, kLaterStart).gaps.empty());
}

TEST_CASE("a prepared transaction counts though the server's start stayed the same", "[watermark]") {
  // A server whose process was killed restarts its memory, and keeps its start time.
  const auto cursor = advance(empty_cursor(), seen_at(10, {"3/7"}), {{1, 4}, {6, 10}}, kStart);
  const auto crashed = seen_at(10, {"-1/733"});
  CHECK_FALSE(is_idle(cursor, crashed));
  const auto waiting = advance(cursor, crashed, {}, kStart);
  REQUIRE(waiting.gaps.size() == 1);
  CHECK(waiting.gaps[0].wait.holders == std::vector<std::string>{"-1/733"});
}

TEST_CASE("the baseline settles when those who wrote at the first discovery have gone", "[watermark]") {
  auto cursor = first_cursor(seen_at(10, {"3/7"}), kStart);
  CHECK(cursor.watermark == 10);
  CHECK(cursor.baseline == 10);
  CHECK(cursor.baseline_wait == Wait{{"3/7"}, kStart, kStart});
  CHECK(is_idle(cursor, seen_at(10, {"3/7"})));
  CHECK(ids_to_read(cursor, seen_at(10, {})).empty());
  CHECK_FALSE(is_idle(cursor, seen_at(10, {"4/2"})));
  cursor = advance(cursor, seen_at(10, {"4/2"}), {}, kLaterStart);
  CHECK_FALSE(cursor.baseline_wait.has_value());
  CHECK(cursor.gaps.empty());
}

TEST_CASE("a watermark never goes back", "[watermark]") {
  const auto cursor = advance(empty_cursor(), seen_at(10, {}), {{1, 10}}, kStart);
  CHECK(advance(cursor, seen_at(4, {"3/7"}), {}, kStart) == cursor);
}

TEST_CASE("the ranges of a long wait stay bounded and cover every missing id", "[watermark]") {
  auto cursor = empty_cursor();
  IdRanges missing;
  for (int round = 0; round < 50; ++round) {
    IdRanges found;
    const auto newest = cursor.watermark + 1000;
    for (auto id = cursor.watermark + 1; id <= newest; ++id)
      id % 3 == 0 ? append_id(missing, id) : append_id(found, id);
    cursor = advance(cursor, seen_at(newest, {"3/7"}), found, kStart);
    std::size_t ranges = 0;
    IdRanges covered;
    for (const auto& gap : cursor.gaps) {
      ranges += gap.ids.size();
      covered = unite(covered, gap.ids);
    }
    CHECK(ranges <= kMaxGapRanges);
    CHECK(subtract(missing, covered).empty());
  }
}
