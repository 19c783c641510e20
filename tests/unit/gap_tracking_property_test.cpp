// Random writers and discoveries, their statements interleaved. The server is a model of a few lines, which does in any
// order what PostgreSQL's writers, restarts and kills can do.
#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <set>

#include "readmodel/gap_tracking.hpp"
#include "support/catch.hpp"

using namespace tidemark;
using namespace tidemark::readmodel;

namespace {

constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
const Instant kStart = Instant{} + kDay;

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
