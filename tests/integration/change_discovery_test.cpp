// Changes of the mutable sources, by cursor: what a look finds of each table, and when, and what it leaves alone.
#include "readmodel/change_discovery.hpp"

#include <future>

#include "readmodel/change_sources.hpp"
#include "support/catch.hpp"
#include "support/change_rows.hpp"
#include "support/database.hpp"
#include "support/event_writer.hpp"

using namespace tidemark;
using namespace tidemark::readmodel;
using namespace tidemark::tests;

namespace {

const Instant kNow = Day{std::chrono::year{2024} / 3 / 1};
constexpr Micros kSecond = std::chrono::seconds{1};

// A database whose changes have been looked for once, and are looked for each second.
struct Watched {
  Watched() : session(db.connection()) {
    make_change_project(session);
    look(kNow - kHour);
    run_sql(session, "DELETE FROM metrics_dirty");
  }
  // What it found, and no longer in metrics_dirty.
  std::string look(Instant now) {
    last = discover_changes(session, now);
    return take_dirty(session);
  }
  void insert(const std::string& table, Instant at) { insert_change_row(session, table, format_instant(at)); }
  // A task of the given id's last digits, changed at an instant.
  void put_task(const std::string& digits, Instant updated) {
    run_sql(session, "INSERT INTO task (id, project_id, title, created_at, updated_at) VALUES ('" + task_id(digits) +
                         "', '" + kChangeProject + "', 't', '2024-01-01', '" + format_instant(updated) +
                         "') ON CONFLICT (id) DO UPDATE SET updated_at = excluded.updated_at");
  }

  TestDatabase db;
  Session session;
  ChangeDiscovery last;
};

}  // namespace

TEST_CASE("a new row of each source is found by its instant, once", "[changes]") {
  Watched base;
  for (const auto& source : change_rows()) {
    INFO(source.table);
    base.insert(source.table, kNow - kSecond);
    CHECK(base.look(kNow) == source.dirty("2024-02-29 23:59:59+00"));
    CHECK(base.look(kNow) == "");
    CHECK(base.look(kNow + kHour) == "");
  }
  CHECK(base.last.by_cursor.size() == change_rows().size());
  CHECK(base.last.captured.empty());
}

TEST_CASE("a changed row is found where an instant says so, and a deleted one where a count does", "[changes]") {
  Watched base;
  for (const auto& source : change_rows()) {
    INFO(source.table);
    base.insert(source.table, kNow - kSecond);
    flush_statistics(base.session);
    base.look(kNow);
    base.look(kNow + 2 * kMinute);  // counted
    if (!source.touch.empty()) {
      run_sql(base.session, "UPDATE " + source.table + " SET " + source.touch + " = '2024-03-01 00:02:01+00'");
      CHECK(base.look(kNow + 3 * kMinute) == source.dirty("2024-02-29 23:59:59+00"));
    }
    run_sql(base.session, "DELETE FROM " + source.table);
    flush_statistics(base.session);
    CHECK(base.look(kNow + 5 * kMinute) == source.table + " * - -\n");
    CHECK(base.last.lost_rows == 1);
    CHECK(base.look(kNow + 7 * kMinute) == "");
    run_sql(base.session, "DELETE FROM metrics_change_seen; DELETE FROM metrics_change_cursor");
  }
}

TEST_CASE("a deletion is not hidden by rows that came since", "[changes]") {
  Watched base;
  base.put_task("01", kNow);
  run_sql(base.session, "UPDATE task SET created_at = '2024-02-01'");
  flush_statistics(base.session);
  base.look(kNow);
  run_sql(base.session, "DELETE FROM task");
  base.insert("task", kNow + kSecond);
  run_sql(base.session,
          "INSERT INTO task (id, project_id, title, created_at, updated_at) SELECT gen_random_uuid(), "
          "project_id, 't', '2024-02-20', '2024-02-20' FROM task");
  flush_statistics(base.session);
  CHECK(base.look(kNow + 2 * kMinute) == "task * - -\ntask 1 1 -\n");
}

TEST_CASE("a commit within the overlap is found, a later one is not", "[changes]") {
  Watched base;
  base.put_task("01", kNow);
  CHECK(base.look(kNow) == "task 1 1 -\n");
  base.put_task("02", kNow - 10 * kMinute + kSecond);
  CHECK(base.look(kNow + kSecond) == "task 2 2 -\n");
  base.put_task("03", kNow - 10 * kMinute - kSecond);
  CHECK(base.look(kNow + 2 * kSecond) == "");
  // An update of a row that is remembered has another instant.
  base.put_task("02", kNow - kMinute);
  CHECK(base.look(kNow + 3 * kSecond) == "task 2 2 -\n");
  CHECK(base.look(kNow + 4 * kSecond) == "");
}

TEST_CASE("a transaction that commits after a look is found by the next one", "[changes]") {
  Watched base;
  EventWriter slow(base.db.url());
  slow.run("BEGIN");
  slow.run("INSERT INTO task (id, project_id, title, created_at, updated_at) VALUES ('" + task_id("07") + "', '" +
           kChangeProject + "', 't', '2024-01-01', '" + format_instant(kNow - 9 * kMinute) + "')");
  base.put_task("01", kNow);
  CHECK(base.look(kNow) == "task 1 1 -\n");
  slow.run("COMMIT");
  CHECK(base.look(kNow + kSecond) == "task 7 7 -\n");
}

TEST_CASE("a row of the future is found once and does not stop the cursor", "[changes]") {
  Watched base;
  base.put_task("01", kNow + 365 * kDay);
  run_sql(base.session, "INSERT INTO task (id, project_id, title, created_at, updated_at) VALUES ('" + task_id("02") +
                            "', '" + kChangeProject + "', 't', '2024-01-01', 'infinity')");
  CHECK(base.look(kNow) == "task 1 1 -\ntask 2 2 -\n");
  CHECK(base.look(kNow + kSecond) == "");
  base.put_task("03", kNow + kSecond);
  CHECK(base.look(kNow + 2 * kSecond) == "task 3 3 -\n");
  CHECK(base.look(kNow + 400 * kDay) == "");
  base.insert("lease", kNow + 400 * kDay);
  run_sql(base.session, "UPDATE lease SET created_at = 'infinity'");
  CHECK(base.look(kNow + 400 * kDay) == "lease 1 1 -\n");  // an instant that nobody can hold: any
}

TEST_CASE("the first look leaves old rows to the first computation", "[changes]") {
  TestDatabase db;
  Session session(db.connection());
  make_change_project(session);
  insert_change_row(session, "lease", format_instant(kNow - 20 * kMinute));
  insert_change_row(session, "artifact", format_instant(kNow - 9 * kMinute));
  CHECK(discover_changes(session, kNow).rows == 1);
  CHECK(take_dirty(session) == "artifact 1 1 2024-02-29 23:51:00+00\n");
}

TEST_CASE("where thousands changed, a look reaches back over the newest and once a minute over all", "[changes]") {
  Watched base;
  run_sql(base.session, "INSERT INTO task (id, project_id, title, created_at, updated_at) SELECT gen_random_uuid(), '" +
                            std::string{kChangeProject} + "', 't', '2024-01-01', timestamptz '" + format_instant(kNow) +
                            "' - n * interval '0.1 s' FROM generate_series(0, 2999) n");
  base.look(kNow);
  CHECK(base.last.rows == 3000);
  base.put_task("01", kNow - 99 * kSecond);   // among the newest thousand
  base.put_task("02", kNow - 102 * kSecond);  // before them
  CHECK(base.look(kNow + kSecond) == "task 1 1 -\n");
  CHECK(base.look(kNow + 30 * kSecond) == "");
  CHECK(base.look(kNow + kMinute) == "task 2 2 -\n");
  base.put_task("03", kNow - 9 * kMinute);
  CHECK(base.look(kNow + kMinute + 59 * kSecond) == "");
  CHECK(base.look(kNow + 2 * kMinute) == "task 3 3 -\n");
  // Everything of before the overlap is forgotten.
  base.put_task("04", kNow + 20 * kMinute);
  CHECK(base.look(kNow + 20 * kMinute) == "task 4 4 -\n");
  base.put_task("05", kNow + 20 * kMinute);
  base.look(kNow + 22 * kMinute);
  CHECK(sql_value(base.session, "SELECT count(*) FROM metrics_change_seen") == "2");
}

TEST_CASE("an idle look writes nothing", "[changes]") {
  TestDatabase db{TestDatabase::Alone{}};
  Session session(db.connection());
  make_change_project(session);
  for (const auto& source : change_rows()) insert_change_row(session, source.table, format_instant(kNow));
  flush_statistics(session);
  CHECK(discover_changes(session, kNow).rows > 0);
  discover_changes(session, kNow + 2 * kMinute);  // counts
  run_sql(session, "CHECKPOINT");
  // The server's own background processes may write in between: one quiet round of ten is proof.
  bool quiet = false;
  for (int round = 0; round < 10 && !quiet; ++round) {
    const auto before = sql_value(session, "SELECT pg_current_wal_insert_lsn()");
    for (int i = 0; i < 20; ++i) discover_changes(session, kNow + (3 + i) * kMinute);
    quiet = sql_value(session, "SELECT pg_current_wal_insert_lsn()") == before;
  }
  CHECK(quiet);
}

TEST_CASE("ids may be text in any spelling, and rows of no project are counted", "[changes]") {
  Watched base;
  for (const auto& source : change_rows())
    run_sql(base.session, "ALTER TABLE " + source.table + " DROP CONSTRAINT " + source.table +
                              "_project_id_fkey, ALTER project_id TYPE text, ALTER id TYPE varchar(50)");
  run_sql(
      base.session,
      "ALTER TABLE lease ALTER task_id TYPE text, ALTER created_at TYPE timestamp;"
      "INSERT INTO lease (id, project_id, task_id, agent_id, status, created_at, expires_at, heartbeat_at) VALUES "
      "('1', '{6AC46BCD-C75E-5446-9706-52A6C7155DC9}', '000000000000000000000000000000AB', 'a', 's', "
      "'2024-03-01', '2024-03-01', '2024-03-01'),"
      "('2', 'nobody', 'nothing', 'a', 's', '2024-03-01', '2024-03-01', '2024-03-01'),"
      "('3', '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'nothing', 'a', 's', '2024-03-01', '2024-03-01', '2024-03-01')");
  CHECK(base.look(kNow) == "lease 1 ab 2024-03-01 00:00:00+00\nlease 3 - 2024-03-01 00:00:00+00\n");
  CHECK(base.last.without_project == 1);
  CHECK(base.look(kNow) == "");
}

TEST_CASE("a missing updated_at is replaced by the creation, and a missing table is passed over", "[changes]") {
  Watched base;
  run_sql(base.session,
          "ALTER TABLE task DROP COLUMN updated_at; ALTER TABLE phase DROP COLUMN updated_at, DROP COLUMN created_at;"
          "ALTER TABLE gate_rule ADD updated_at timestamptz; DROP TABLE artifact; DROP TABLE lease;"
          "ALTER TABLE plan_change_set ALTER created_at TYPE text");
  run_sql(base.session, "INSERT INTO task (id, project_id, title, created_at) VALUES ('" + task_id("01") + "', '" +
                            kChangeProject + "', 't', '2024-03-01')");
  base.insert("gate_rule", kNow - kDay);
  CHECK(base.look(kNow) == "task 1 1 -\n");
  run_sql(base.session, "UPDATE gate_rule SET updated_at = '2024-03-01'");
  CHECK(base.look(kNow) == "gate_rule 1 - -\n");
  CHECK(base.last.by_cursor.size() == change_rows().size() - 3);
}

TEST_CASE("unapplied plans and queued attempts concern nobody until they are more", "[changes]") {
  Watched base;
  base.insert("plan_change_set", kNow - kSecond);
  base.insert("integration_attempt", kNow - kSecond);
  run_sql(base.session,
          "UPDATE plan_change_set SET status = 'draft'; UPDATE integration_attempt SET result = 'queued'");
  CHECK(base.look(kNow) == "");
  run_sql(base.session,
          "UPDATE plan_change_set SET status = 'applied'; UPDATE integration_attempt SET result = 'success'");
  CHECK(base.look(kNow) ==
        "integration_attempt 1 1 2024-02-29 23:59:59+00\nplan_change_set 1 - 2024-02-29 23:59:59+00\n");
}

TEST_CASE("two looks at once report a row once", "[changes]") {
  Watched base;
  Session other(base.db.connection());
  base.put_task("01", kNow);
  EventWriter holder(base.db.url());
  holder.run("BEGIN");
  holder.run("SELECT pg_advisory_xact_lock(hashtextextended('tidemark changes', 0))");
  auto first = std::async(std::launch::async, [&] { return discover_changes(base.session, kNow).rows; });
  auto second = std::async(std::launch::async, [&] { return discover_changes(other, kNow).rows; });
  holder.run("COMMIT");
  CHECK(first.get() + second.get() == 1);
  CHECK(take_dirty(base.session) == "task 1 1 -\n");
}
