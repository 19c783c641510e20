// What a discovery costs: build/tests/tidemark_torture_tests "[measure]". The figures are in
// docs/adr/0010-watermark-by-locks.md.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "readmodel/watermark.hpp"
#include "support/event_writer.hpp"
#include "torture/server.hpp"

using namespace tidemark;
using namespace tidemark::readmodel;
using namespace tidemark::tests;

namespace {

constexpr int kRuns = 51;
const Instant kNow = Day{std::chrono::year{2024} / 3 / 1};

// The median. Units: milliseconds.
template <typename Work>
double median_ms(int runs, Work&& work) {
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

void add_events(Session& session, int count) {
  run_sql(session, fmt::format("INSERT INTO event_log (project_id, entity_type, event_type, created_at) "
                               "SELECT '{}', 'task', 'task.moved', '2024-01-01' FROM generate_series(1, {})",
                               kEventProject, count));
}

std::int64_t wal_bytes(Session& session, const std::string& since) {
  return std::stoll(sql_value(session, "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '" + since + "')::bigint"));
}

}  // namespace

TEST_CASE("the cost of a discovery", "[.][measure][watermark]") {
  Server server;
  Session session(server.connection());
  make_event_project(session);
  add_events(session, 1'000'000);
  run_sql(session, "ANALYZE event_log");
  fmt::print("first discovery beside 1,000,000 events: {:.1f} ms\n",
             median_ms(1, [&] { discover_events(session, kNow); }));
  const auto lsn = sql_value(session, "SELECT pg_current_wal_insert_lsn()");
  const auto idle = [&] { CHECK(discover_events(session, kNow).events == 0); };
  fmt::print("idle discovery: {:.2f} ms", median_ms(kRuns, idle));
  fmt::print(", WAL of {}: {} bytes\n", kRuns, wal_bytes(session, lsn));

  const double discovering = median_ms(11, [&] {
    add_events(session, 10'000);
    const auto start = std::chrono::steady_clock::now();
    CHECK(discover_events(session, kNow).events == 10'000);
    fmt::print("discovery of 10,000 events: {:.1f} ms\n",
               std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  });
  fmt::print("with their insertion (median): {:.1f} ms\n", discovering);

  std::vector<std::unique_ptr<EventWriter>> sessions;
  for (int i = 0; i < 500; ++i) sessions.push_back(std::make_unique<EventWriter>(server.url()));
  fmt::print("idle discovery, 500 idle connections: {:.2f} ms\n", median_ms(kRuns, idle));
  for (auto& open : sessions) {
    open->run("BEGIN");
    open->insert();
  }
  fmt::print("discovery that opens a gap of 500 holders: {:.2f} ms\n", median_ms(1, [&] {
               add_events(session, 1);
               discover_events(session, kNow);
             }));
  fmt::print("idle discovery, 500 writers open: {:.2f} ms\n", median_ms(kRuns, idle));
}
