// What a watermark waits for and what it reads. The server that these tests play with is a model of a few lines, which
// can do in any order what PostgreSQL's writers can.
#include "readmodel/gap_tracking.hpp"

#include <limits>
#include <map>
#include <random>
#include <set>

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

namespace {

struct ModelTransaction {
  std::string name;  // as in pg_locks
  bool prepared = false;
  bool holds_lock = false;       // it has drawn an id
  std::set<std::int64_t> drawn;  // and not inserted
  std::set<std::int64_t> rows;
};

class ModelServer {
 public:
  explicit ModelServer(std::uint64_t seed) : random_(seed) {}

  std::uint64_t chance(std::uint64_t n) { return random_() % n; }

  // One thing that some writer does.
  void act() {
    if (finished_) return;
    const auto action = chance(18);
    if (open_.empty() || action < 6) return begin();
    auto& transaction = open_[chance(open_.size())];
    if (transaction.prepared) {
      if (action >= 16) end(transaction, action == 16 ? Ending::commit : Ending::rollback);
    } else if (action < 9) {
      draw(transaction);
    } else if (action < 13) {
      insert(transaction);
    } else if (action < 16) {
      end(transaction, Ending::commit);
    } else if (action == 16) {
      end(transaction, Ending::rollback);
    } else {
      transaction.prepared = true;
      transaction.drawn.clear();
    }
  }

  enum class Restart { whole, of_its_processes };  // the latter keeps the server's start time
  void restart(Restart kind) {
    std::erase_if(open_, [](const ModelTransaction& transaction) { return !transaction.prepared; });
    for (auto& transaction : open_)
      if (transaction.name.rfind("-1/", 0) != 0) transaction.name = "-1/" + std::to_string(++last_xid_);
    last_number_.clear();
    if (kind == Restart::whole) start_ += kHour;
  }

  // Every transaction ends, and no other one begins.
  void finish() {
    finished_ = true;
    while (!open_.empty()) end(open_.front(), chance(2) == 0 ? Ending::commit : Ending::rollback);
  }

  std::int64_t newest() const { return visible_.empty() ? 0 : *visible_.rbegin(); }
  std::vector<std::string> holders() const {
    std::set<std::string> names;
    for (const auto& transaction : open_)
      if (transaction.holds_lock) names.insert(transaction.name);
    return {names.begin(), names.end()};
  }
  Instant start() const { return start_; }
  const std::set<std::int64_t>& visible() const { return visible_; }
  std::vector<std::int64_t> visible_in(const IdRange& range) const {
    return {visible_.lower_bound(range.first), visible_.upper_bound(range.last)};
  }

 private:
  enum class Ending { commit, rollback };

  void begin() {
    const auto slot = std::to_string(3 + chance(4));
    for (const auto& other : open_)  // a session has one transaction; a prepared one has left its session
      if (!other.prepared && other.name.rfind(slot + "/", 0) == 0) return;
    ModelTransaction transaction;
    transaction.name = slot + "/" + std::to_string(++last_number_[slot]);
    open_.push_back(std::move(transaction));
  }
  void draw(ModelTransaction& transaction) {
    transaction.holds_lock = true;
    transaction.drawn.insert(++last_id_);
  }
  void insert(ModelTransaction& transaction) {
    if (transaction.drawn.empty()) draw(transaction);
    transaction.rows.insert(*transaction.drawn.begin());
    transaction.drawn.erase(transaction.drawn.begin());
  }
  void end(ModelTransaction& transaction, Ending ending) {
    if (ending == Ending::commit) visible_.insert(transaction.rows.begin(), transaction.rows.end());
    std::swap(transaction, open_.back());
    open_.pop_back();
  }

  std::mt19937_64 random_;
  bool finished_ = false;
  std::vector<ModelTransaction> open_;
  std::set<std::int64_t> visible_;
  std::map<std::string, int> last_number_;
  std::int64_t last_id_ = 0;
  int last_xid_ = 700;
  Instant start_ = kStart;
};

// A discoverer with its stored state; each of its statements sees the server as it is then.
class ModelDiscoverer {
 public:
  // `id > last`, which is what everybody writes first.
  bool discover_naively(ModelServer& server) {
    for (const auto id : server.visible_in({last_ + 1, kMost})) {
      dirty_.push_back(id);
      last_ = id;
    }
    return true;
  }

  // False: it was killed before its commit.
  bool discover(ModelServer& server) {
    const auto work_on = [&] {
      for (auto actions = server.chance(4); actions > 0; --actions) server.act();
    };
    Observation seen;
    seen.newest_id = server.newest();
    work_on();
    seen.holders = server.holders();
    seen.server_start = server.start();
    work_on();
    if (!cursor_) cursor_ = first_cursor(seen, kStart);
    IdRanges found;
    std::vector<std::int64_t> marked;
    for (const auto& part : split_ids(ids_to_read(*cursor_, seen), 3)) {
      for (const auto& range : part)
        for (const auto id : server.visible_in(range)) {
          append_id(found, id);
          marked.push_back(id);
        }
      work_on();
    }
    const auto next = advance(*cursor_, seen, found, kStart);
    CHECK((!is_idle(*cursor_, seen) || (next == *cursor_ && marked.empty())));
    if (server.chance(5) == 0) return false;
    cursor_ = next;
    dirty_.insert(dirty_.end(), marked.begin(), marked.end());
    if (!cursor_->baseline_wait && !settled_) settled_ = server.visible();
    return true;
  }

  const std::optional<Cursor>& cursor() const { return cursor_; }
  const std::vector<std::int64_t>& dirty() const { return dirty_; }
  // What was visible when the baseline had settled.
  const std::optional<std::set<std::int64_t>>& settled() const { return settled_; }

 private:
  std::optional<Cursor> cursor_;
  std::vector<std::int64_t> dirty_;
  std::optional<std::set<std::int64_t>> settled_;
  std::int64_t last_ = 0;
};

void play(ModelServer& server, ModelDiscoverer& discoverer, bool (ModelDiscoverer::*discover)(ModelServer&)) {
  for (auto steps = 20 + server.chance(100); steps > 0; --steps) {
    const auto event = server.chance(40);
    if (event == 0)
      server.restart(ModelServer::Restart::whole);
    else if (event == 1)
      server.restart(ModelServer::Restart::of_its_processes);
    else if (event < 8)
      (discoverer.*discover)(server);
    else
      server.act();
  }
  server.finish();
}

}  // namespace

TEST_CASE("whatever the writers do, every committed id is found exactly once", "[watermark][property]") {
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    INFO("seed " << seed);
    ModelServer server(seed);
    ModelDiscoverer discoverer;
    play(server, discoverer, &ModelDiscoverer::discover);
    for (int committed = 0; committed < 2;) committed += discoverer.discover(server) ? 1 : 0;
    const auto& cursor = *discoverer.cursor();
    REQUIRE(cursor.gaps.empty());
    REQUIRE_FALSE(cursor.baseline_wait.has_value());
    std::vector<std::int64_t> expected;
    for (const auto id : server.visible())
      if (id > cursor.baseline) expected.push_back(id);
    auto dirty = discoverer.dirty();
    std::sort(dirty.begin(), dirty.end());
    REQUIRE(dirty == expected);
    for (const auto id : server.visible())
      if (id <= cursor.baseline) REQUIRE(discoverer.settled()->count(id) == 1);
  }
}

TEST_CASE("the same writers make a plain cursor lose events", "[watermark][property]") {
  std::size_t lost = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    ModelServer server(seed);
    ModelDiscoverer discoverer;
    play(server, discoverer, &ModelDiscoverer::discover_naively);
    discoverer.discover_naively(server);
    lost += server.visible().size() - discoverer.dirty().size();
  }
  CHECK(lost > 10);
}
