// Processes that write events in every way that keeps an id open, and processes that discover them. Each runs in a fork
// of the test and is meant to be killed.
#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <random>
#include <thread>

#include "readmodel/watermark.hpp"
#include "support/catch.hpp"
#include "support/event_writer.hpp"

namespace tidemark::tests {

using Deadline = std::chrono::steady_clock::time_point;

// Runs `body` in a process of its own.
class Child {
 public:
  explicit Child(const std::function<void()>& body) : pid_(::fork()) {
    REQUIRE(pid_ >= 0);
    if (pid_ != 0) return;
    ::signal(SIGTERM, SIG_DFL);  // Catch2's handler would report for the test
    try {
      body();
    } catch (...) {
      ::_exit(1);
    }
    ::_exit(0);  // nothing of the test's own is torn down here
  }
  ~Child() { end(); }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void end() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    wait();
  }
  void wait() {
    if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }
  // Without waiting.
  bool ended() {
    if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = 0;
    return pid_ == 0;
  }

 private:
  pid_t pid_;
};

// One session after the other until the deadline; a lost server is tried again.
template <typename Work>
void keep_working(const Deadline& deadline, Work&& work) {
  while (std::chrono::steady_clock::now() < deadline) {
    try {
      work();
    } catch (const std::exception&) {  // the server was killed, or a statement met what another process did
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
  }
}

class RandomWriter {
 public:
  RandomWriter(EventWriter& writer, std::mt19937_64& random, std::vector<std::string> tables)
      : writer_(writer), random_(random), tables_(std::move(tables)) {}

  void act() {
    switch (chance(10)) {
      case 0: return insert_late();
      case 1: return roll_back_savepoint();
      case 2: return roll_back();
      case 3: return prepare();
      case 4: return finish_prepared();
      case 5: return chance(3) == 0 ? stay_open() : insert_late();
      case 6: return hurry();
      default: writer_.insert(table());
    }
  }

 private:
  std::uint64_t chance(std::uint64_t n) { return random_() % n; }
  const std::string& table() { return tables_[chance(tables_.size())]; }
  void think(std::uint64_t most_ms) { std::this_thread::sleep_for(std::chrono::milliseconds(chance(most_ms))); }

  // Ids drawn before their rows, which come in another order.
  void insert_late() {
    writer_.run("BEGIN");
    std::vector<std::int64_t> ids(1 + chance(4));
    for (auto& id : ids) id = writer_.draw();
    think(60);
    std::shuffle(ids.begin(), ids.end(), random_);
    for (const auto id : ids)
      if (chance(5) != 0) writer_.insert(id, table());
    writer_.run("COMMIT");
  }
  void roll_back_savepoint() {
    writer_.run("BEGIN");
    writer_.run("SAVEPOINT a");
    const auto id = writer_.insert(table());
    writer_.run("ROLLBACK TO a");
    think(40);
    writer_.insert(id, table());
    writer_.run("COMMIT");
  }
  void roll_back() {
    writer_.run("BEGIN");
    writer_.insert(table());
    think(20);
    writer_.run("ROLLBACK");
  }
  void prepare() {
    if (std::stoi(writer_.run("SELECT count(*) FROM pg_prepared_xacts")) > 30) return finish_prepared();
    writer_.run("BEGIN");
    const auto id = writer_.insert(table());
    if (chance(2) == 0) writer_.draw();
    writer_.run("PREPARE TRANSACTION 'event " + std::to_string(id) + "'");
  }
  void finish_prepared() {
    const auto gid = writer_.run("SELECT gid FROM pg_prepared_xacts ORDER BY random() LIMIT 1");
    if (!gid.empty()) writer_.run((chance(4) == 0 ? "ROLLBACK PREPARED '" : "COMMIT PREPARED '") + gid + "'");
  }
  // Longer than several discoveries, with nothing but the sequence's lock.
  void stay_open() {
    writer_.run("BEGIN");
    const auto id = writer_.draw();
    think(1500);
    writer_.insert(id, table());
    writer_.run("COMMIT");
  }
  // Many short transactions at once: what one draws, another one overtakes.
  void hurry() {
    for (auto left = chance(100); left > 0; --left) writer_.insert(table());
  }

  EventWriter& writer_;
  std::mt19937_64& random_;
  std::vector<std::string> tables_;
};

// What a process writes, and for how long.
struct Writing {
  std::uint64_t seed;
  std::vector<std::string> tables;
  Deadline deadline;
  std::function<std::string(std::mt19937_64&)> content;  // see EventWriter::Content; empty: an event that says nothing
};

inline void write_events(const std::string& url, const Writing& writing) {
  std::mt19937_64 random(writing.seed);
  EventWriter::Content content;
  if (writing.content) content = [&] { return writing.content(random); };
  keep_working(writing.deadline, [&] {
    EventWriter session(url, content);
    RandomWriter writer(session, random, writing.tables);
    while (std::chrono::steady_clock::now() < writing.deadline) writer.act();
  });
}

// How new events are found: the product's way, and two that are often taken and lose events.
enum class Method {
  watermark,
  last_id,  // everything above the largest id seen
  xmin,     // the same, of transactions older than every open one
};

// One discovery, and what a refresh would do with it: take the dirty rows, and cover the baseline once it has settled.
inline readmodel::Discovery discover_and_take(readmodel::Session& session, Method method) {
  if (method != Method::watermark) {
    const std::string settled = method == Method::xmin
                                    ? "AND e.xmin::text::bigint < pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
                                    : "";
    run_sql(session, "WITH found AS (SELECT e.id FROM event_log AS e, plain_cursor AS c WHERE e.id > c.last " +
                         settled +
                         "), moved AS (UPDATE plain_cursor SET last = greatest(last, (SELECT max(id) FROM found))) "
                         "INSERT INTO taken SELECT id FROM found");
    return {};
  }
  const auto now = std::chrono::floor<Micros>(std::chrono::system_clock::now());
  auto discovery = readmodel::discover_events(session, now);
  run_sql(session, R"(
    WITH gone AS (DELETE FROM metrics_dirty RETURNING source_id)
    INSERT INTO taken SELECT source_id::bigint FROM gone)");
  run_sql(session, R"(
    INSERT INTO covered
    SELECT e.id FROM event_log AS e JOIN metrics_source_cursor AS c ON e.id <= c.baseline
    WHERE c.baseline_wait IS NULL AND NOT EXISTS (SELECT FROM covered))");
  return discovery;
}

inline void discover_all_the_time(const readmodel::ConnectionSettings& connection, Method method,
                                  const Deadline& deadline) {
  keep_working(deadline, [&] {
    readmodel::Session session(connection);
    while (std::chrono::steady_clock::now() < deadline) {
      discover_and_take(session, method);
      std::this_thread::sleep_for(std::chrono::milliseconds{100});
    }
  });
}

}  // namespace tidemark::tests
