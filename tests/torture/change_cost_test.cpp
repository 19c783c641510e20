// What finding changes costs: build/tests/tidemark_torture_tests "[measure][changes]". The figures are in
// docs/adr/0011-changes-by-cursor-or-capture.md.
#include <fmt/format.h>

#include <algorithm>

#include "readmodel/change_discovery.hpp"
#include "support/change_rows.hpp"
#include "torture/server.hpp"

using namespace tidemark;
using namespace tidemark::readmodel;
using namespace tidemark::tests;

namespace {

const Instant kNow = Day{std::chrono::year{2024} / 3 / 1};
constexpr Micros kSecond = std::chrono::seconds{1};

// Units: milliseconds.
template <typename Work>
double elapsed_ms(Work&& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

// The fastest and the median: the one says what it costs, the other what a busy machine makes of it.
template <typename Work>
std::string times_text(int runs, Work&& work) {
  std::vector<double> times;
  for (int i = 0; i < runs; ++i) times.push_back(elapsed_ms(work));
  std::sort(times.begin(), times.end());
  return fmt::format("{:.2f} ms, median {:.2f} ms", times.front(), times[times.size() / 2]);
}

// `count` tasks that were changed up to `last`, one each `step`.
std::string tasks_sql(int count, Instant last, const std::string& step) {
  return fmt::format(
      "INSERT INTO task (id, project_id, title, created_at, updated_at) SELECT gen_random_uuid(), '{}', "
      "'t', '2023-01-01', timestamptz '{}' - n * interval '{}' FROM generate_series(0, {}) n",
      kChangeProject, format_instant(last), step, count - 1);
}

void measure_cursor(Session& session) {
  run_sql(session, tasks_sql(1'000'000, kNow - kDay, "1 s"));
  run_sql(session, "ANALYZE");
  discover_changes(session, kNow);
  discover_changes(session, kNow + 2 * kMinute);
  const auto lsn = sql_value(session, "SELECT pg_current_wal_insert_lsn()");
  const auto idle = [&] { discover_changes(session, kNow + 3 * kMinute); };
  fmt::print("idle, 11 sources, beside 1,000,000 tasks: {}", times_text(51, idle));
  fmt::print(", WAL of 51: {} bytes\n",
             sql_value(session, "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '" + lsn + "')"));

  Instant now = kNow + 20 * kMinute;
  run_sql(session, tasks_sql(300'000, now, "2 ms"));
  fmt::print("300,000 tasks changed within 10 min, found: {:.0f} ms\n",
             elapsed_ms([&] { CHECK(discover_changes(session, now).rows == 300'000); }));
  run_sql(session, "ANALYZE");
  fmt::print("the same again a second later: {}\n", times_text(11, [&] { discover_changes(session, now + kSecond); }));
  double fastest = 1e9;
  for (int i = 0; i < 10; ++i) {
    now += kSecond;
    run_sql(session, tasks_sql(500, now, "2 ms"));
    fastest = std::min(fastest, elapsed_ms([&] { CHECK(discover_changes(session, now).rows == 500); }));
  }
  fmt::print("500 more each second: {:.1f} ms\n", fastest);
  now += kMinute;
  fmt::print("the whole overlap of 300,000: {:.0f} ms\n", elapsed_ms([&] { discover_changes(session, now); }));
}

void measure_capture(Session& session) {
  const auto inserting = tasks_sql(10'000, kNow, "1 ms");
  const auto updating = "UPDATE task SET title = title || 'x' WHERE updated_at > '2024-02-29 23:59:50Z'";
  const auto beating = "UPDATE task SET state = 'ready' WHERE updated_at > '2024-02-29 23:59:50Z'";
  for (const auto& [what, sql] : {std::pair{"insert", inserting}, std::pair{"update of a title", std::string{updating}},
                                  std::pair{"update of a state", std::string{beating}}})
    fmt::print("10,000 tasks, {}: {:.0f} ms\n", what, elapsed_ms([&, text = sql] { run_sql(session, text); }));
}

}  // namespace

TEST_CASE("the cost of finding changes", "[.][measure][changes]") {
  Server server;
  Session session(server.connection());
  make_change_project(session);
  measure_cursor(session);
  run_sql(session, "TRUNCATE task");
  fmt::print("without capture\n");
  measure_capture(session);
  run_sql(session, "TRUNCATE task");
  migrations::MigrationOptions options;
  options.url = server.url();
  migrations::apply(options, {migrations::SourceTables::leave, std::nullopt, migrations::ChangeCapture::install});
  fmt::print("with capture\n");
  measure_capture(session);
  fmt::print("idle with capture: {}\n", times_text(51, [&] { discover_changes(session, kNow); }));
}
