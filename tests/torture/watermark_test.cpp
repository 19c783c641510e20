// No event is lost and none is found twice while writers commit in every order, discoverers and servers are killed, and
// prepared transactions outlive them. The same test shows that the plainer ways of finding new events do lose some.
// TIDEMARK_TORTURE_SEED chooses other random numbers, TIDEMARK_TORTURE_SECONDS the length of the tests tagged [long].
#include "readmodel/watermark.hpp"

#include <fmt/format.h>

#include <memory>

#include "support/environment.hpp"
#include "torture/event_processes.hpp"
#include "torture/server.hpp"

using namespace tidemark;
using namespace tidemark::readmodel;
using namespace tidemark::tests;
using std::chrono::steady_clock;

namespace {

constexpr int kWriters = 8;
const Instant kNow = Day{std::chrono::year{2024} / 3 / 1};

enum class Layout { plain, partitioned };

// Makes the tables of the test and returns those that writers write to.
std::vector<std::string> make_tables(Session& session, Layout layout) {
  make_event_project(session);
  run_sql(session,
          "CREATE TABLE taken (id bigint); CREATE TABLE covered (id bigint); CREATE TABLE plain_cursor (last bigint); "
          "INSERT INTO plain_cursor VALUES (0)");
  if (layout == Layout::plain) return {"event_log"};
  run_sql(session, R"(
    DROP TABLE event_log;
    CREATE TABLE event_log (
      id bigserial PRIMARY KEY, project_id uuid, entity_type text NOT NULL, entity_id uuid, event_type text NOT NULL,
      payload jsonb NOT NULL DEFAULT '{}', created_at timestamptz NOT NULL) PARTITION BY RANGE (id);
    CREATE TABLE event_log_a PARTITION OF event_log FOR VALUES FROM (0) TO (500);
    CREATE TABLE event_log_b PARTITION OF event_log FOR VALUES FROM (500) TO (9000000000))");
  return {"event_log", "event_log", "event_log_a",
          "event_log_b"};  // the wrong partition refuses the row: one more loss
}

struct Verdict {
  std::int64_t events, missing, doubled, unknown;
};

Verdict judge(Session& session) {
  const auto number = [&](const char* sql) { return std::stoll(sql_value(session, sql)); };
  return {number("SELECT count(*) FROM event_log"),
          number("SELECT count(*) FROM event_log AS e WHERE NOT EXISTS (SELECT FROM taken AS t WHERE t.id = e.id) "
                 "AND NOT EXISTS (SELECT FROM covered AS c WHERE c.id = e.id)"),
          number("SELECT count(*) FROM (SELECT id FROM (TABLE taken UNION ALL TABLE covered) AS f GROUP BY id "
                 "HAVING count(*) > 1) AS d"),
          number("SELECT count(*) FROM taken AS t WHERE NOT EXISTS (SELECT FROM event_log AS e WHERE e.id = t.id)")};
}

void kill_some_session(const Server& server) {
  try {
    EventWriter session(server.url());
    const auto pid = session.run(
        "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1");
    if (!pid.empty()) ::kill(std::stoi(pid), SIGKILL);
  } catch (const std::exception&) {  // the server is just coming back from the last blow
  }
}

// Until it takes sessions again.
void wait_for(const Server& server) {
  const auto patience = steady_clock::now() + std::chrono::seconds{30};
  for (;;) try {
      EventWriter{server.url()}.run("SELECT 1");
      return;
    } catch (const std::exception&) {
      if (steady_clock::now() > patience) throw;
    }
}

// Hits the processes until the deadline. `calm` is the mean time between two blows to the server.
void torture(Server& server, Method method, std::mt19937_64& random, const Deadline& deadline,
             std::chrono::milliseconds calm) {
  auto next_blow = steady_clock::now() + calm;
  int blow = 0;
  while (steady_clock::now() < deadline) {
    Child discoverer([&] { discover_all_the_time(server.connection(), method, deadline); });
    std::this_thread::sleep_for(std::chrono::milliseconds(100 + random() % 900));
    discoverer.end();  // kill -9
    if (steady_clock::now() < next_blow) continue;
    switch (blow++ % 3) {
      case 0: kill_some_session(server); break;
      case 1: server.kill(); break;
      default: server.restart();
    }
    next_blow =
        steady_clock::now() + calm / 2 + std::chrono::milliseconds(random() % static_cast<std::uint64_t>(calm.count()));
  }
}

// After the writers' end: what is prepared is committed, what is open ends by itself.
Cursor find_the_rest(Server& server, Method method) {
  EventWriter session(server.url());
  for (std::string gid; !(gid = session.run("SELECT gid FROM pg_prepared_xacts LIMIT 1")).empty();)
    session.run("COMMIT PREPARED '" + gid + "'");
  Session discoverer(server.connection());
  const auto patience = steady_clock::now() + std::chrono::seconds{30};
  Discovery discovery;
  do {
    discovery = discover_and_take(discoverer, method);
  } while (!discovery.holders.empty() && steady_clock::now() < patience);
  return discover_and_take(discoverer, method).cursor;
}

Verdict run_torture(Method method, Layout layout, std::chrono::seconds length) {
  const auto seed = number_of_environment("TIDEMARK_TORTURE_SEED", 20160515);
  UNSCOPED_INFO("TIDEMARK_TORTURE_SEED=" << seed);
  std::mt19937_64 random(seed);
  Server server;
  std::vector<std::string> tables;
  {
    Session session(server.connection());
    tables = make_tables(session, layout);
  }
  const auto deadline = steady_clock::now() + length;
  {
    std::vector<std::unique_ptr<Child>> writers;
    for (int i = 0; i < kWriters; ++i)
      writers.push_back(std::make_unique<Child>([&, i] {
        write_events(server.url(), {seed + 1 + static_cast<std::uint64_t>(i), tables, deadline, {}});
      }));
    torture(server, method, random, deadline, std::chrono::milliseconds{1500});
    for (auto& writer : writers) writer->wait();
  }
  const auto cursor = find_the_rest(server, method);
  CHECK(cursor.gaps.empty());
  CHECK_FALSE(cursor.baseline_wait.has_value());
  Session session(server.connection());
  const auto verdict = judge(session);
  fmt::print("{} events, baseline {}, {} missing, {} doubled, {} unknown; seed {}\n", verdict.events, cursor.baseline,
             verdict.missing, verdict.doubled, verdict.unknown, seed);
  CHECK(verdict.events > 100);
  return verdict;
}

void check_nothing_lost(const Verdict& verdict) {
  CHECK(verdict.missing == 0);
  CHECK(verdict.doubled == 0);
  CHECK(verdict.unknown == 0);
}

}  // namespace

TEST_CASE("every committed event is found once whatever is killed", "[watermark]") {
  check_nothing_lost(run_torture(Method::watermark, Layout::plain, std::chrono::seconds{5}));
}

TEST_CASE("every committed event of a partitioned log is found once whatever is killed", "[watermark]") {
  check_nothing_lost(run_torture(Method::watermark, Layout::partitioned, std::chrono::seconds{5}));
}

TEST_CASE("a cursor on the largest id seen loses events in the same test", "[watermark]") {
  CHECK(run_torture(Method::last_id, Layout::plain, std::chrono::seconds{3}).missing > 0);
}

TEST_CASE("a cursor that leaves out open transactions by xmin loses events in the same test", "[watermark]") {
  CHECK(run_torture(Method::xmin, Layout::plain, std::chrono::seconds{3}).missing > 0);
}

TEST_CASE("a prepared transaction is waited for across whatever ends the server's processes", "[watermark]") {
  Server server;
  {
    Session session(server.connection());
    make_tables(session, Layout::plain);
    discover_events(session, kNow);
    EventWriter preparing(server.url()), dying(server.url()), fast(server.url());
    preparing.run("BEGIN");
    preparing.insert();
    preparing.run("PREPARE TRANSACTION 'held'");
    dying.run("BEGIN");
    dying.insert();
    fast.insert();
    const auto discovery = discover_events(session, kNow);
    CHECK(discovery.cursor.gaps.size() == 1);
    REQUIRE(discovery.holders.size() == 2);
    const auto& prepared = discovery.holders[discovery.holders[0].gid ? 0 : 1];
    CHECK(prepared.gid == "held");
    CHECK_FALSE(prepared.pid.has_value());
    CHECK(prepared.started.has_value());
    CHECK_FALSE(is_idle(discovery.cursor, {3, {}, discovery.cursor.gaps[0].wait.server_start}));
    const auto start = sql_value(session, "SELECT pg_postmaster_start_time()");
    SECTION("a restart") { server.restart(); }
    SECTION("a kill") { server.kill(); }
    SECTION("a session that is killed") {
      server.kill_session(std::stoi(fast.run("SELECT pg_backend_pid()")));
      CHECK_THROWS(fast.run("SELECT 1"));
      wait_for(server);
      Session after(server.connection());
      CHECK(sql_value(after, "SELECT pg_postmaster_start_time()") == start);  // which is why it alone decides nothing
    }
  }
  Session session(server.connection());
  auto discovery = discover_events(session, kNow);
  REQUIRE(discovery.cursor.gaps.size() == 1);
  CHECK(discovery.cursor.gaps[0].ids == IdRanges{{1, 2}});
  REQUIRE(discovery.holders.size() == 1);
  CHECK(discovery.holders[0].transaction.rfind("-1/", 0) == 0);
  CHECK(discovery.holders[0].gid == "held");
  EventWriter finishing(server.url());
  finishing.run("COMMIT PREPARED 'held'");
  discovery = discover_events(session, kNow);
  CHECK(discovery.events == 1);
  CHECK(discovery.cursor.gaps.empty());
  CHECK(sql_value(session, "SELECT string_agg(source_id, ',' ORDER BY source_id) FROM metrics_dirty") == "1,3");
}

TEST_CASE("every committed event is found once for minutes", "[.][long][watermark]") {
  const std::chrono::seconds length(number_of_environment("TIDEMARK_TORTURE_SECONDS", 120));
  check_nothing_lost(run_torture(Method::watermark, Layout::plain, length));
  check_nothing_lost(run_torture(Method::watermark, Layout::partitioned, length));
}
