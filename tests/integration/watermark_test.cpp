// Every order in which writers can commit, one at a time: what a discovery finds then, what it waits for, and what it
// refuses. Prepared transactions and restarts are in tests/torture: they need a cluster of their own.
#include "readmodel/watermark.hpp"

#include <future>

#include "readmodel/vanished_projects.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/event_writer.hpp"

using namespace tidemark;
using namespace tidemark::readmodel;
using namespace tidemark::tests;

namespace {

const Instant kNow = Day{std::chrono::year{2024} / 3 / 1};

// A migrated database with a project, discovered once: its baseline is 0.
struct Discovered {
  Discovered() : session(db.connection()) {
    make_event_project(session);
    discover();
  }
  Discovery discover(Instant now = kNow) { return discover_events(session, now); }
  // The ids in metrics_dirty, ascending: "1,2,5".
  std::string dirty() {
    return sql_value(session,
                     "SELECT coalesce(string_agg(source_id, ',' ORDER BY source_id::bigint), '') FROM metrics_dirty");
  }

  TestDatabase db;
  Session session;
};

std::string gap_text(const Discovery& discovery) {
  std::string text;
  for (const auto& gap : discovery.cursor.gaps)
    for (const auto& range : gap.ids)
      text += (text.empty() ? "" : " ") + std::to_string(range.first) + ".." + std::to_string(range.last);
  return text;
}

}  // namespace

TEST_CASE("an event that commits after a later one is found", "[watermark]") {
  Discovered base;
  EventWriter first(base.db.url()), second(base.db.url());
  first.run("BEGIN; SET application_name = 'slow writer'");
  first.insert();
  second.insert();
  auto discovery = base.discover();
  CHECK(discovery.events == 1);
  CHECK(discovery.cursor.watermark == 2);
  CHECK(gap_text(discovery) == "1..1");
  CHECK(base.dirty() == "2");
  REQUIRE(discovery.holders.size() == 1);
  CHECK(discovery.holders[0].application == "slow writer");
  CHECK(std::to_string(discovery.holders[0].pid.value_or(0)) == first.run("SELECT pg_backend_pid()"));
  CHECK(discovery.holders[0].started.has_value());
  CHECK(discovery.holders[0].since == kNow);
  CHECK(discovery.holders[0].ids == 1);

  second.insert();
  discovery = base.discover(kNow + kMinute);
  CHECK(discovery.events == 1);
  CHECK(gap_text(discovery) == "1..1");
  CHECK(discovery.holders[0].since == kNow);

  first.run("COMMIT");
  discovery = base.discover();
  CHECK(discovery.events == 1);
  CHECK(gap_text(discovery) == "");
  CHECK(discovery.holders.empty());
  CHECK(base.dirty() == "1,2,3");
}

TEST_CASE("an id that was drawn long before its row, or by a savepoint that was rolled back, is waited for",
          "[watermark]") {
  Discovered base;
  EventWriter slow(base.db.url()), fast(base.db.url());
  slow.run("BEGIN");
  SECTION("drawn before") {
    slow.draw();
    fast.insert();
    CHECK(gap_text(base.discover()) == "1..1");
    slow.insert(1);
  }
  SECTION("drawn in a savepoint") {
    slow.run("SAVEPOINT a");
    slow.insert();
    slow.run("ROLLBACK TO a");  // gives up the table's lock, and keeps the sequence's
    fast.insert();
    CHECK(gap_text(base.discover()) == "1..1");
    slow.insert(1);
  }
  slow.run("COMMIT");
  CHECK(base.discover().events == 1);
  CHECK(base.dirty() == "1,2");
}

TEST_CASE("ids that were rolled back are waited for no longer than their writer", "[watermark]") {
  Discovered base;
  EventWriter slow(base.db.url()), fast(base.db.url());
  slow.run("BEGIN");
  slow.insert();
  fast.insert();
  base.discover();
  slow.run("ROLLBACK");
  const auto discovery = base.discover();
  CHECK(discovery.events == 0);
  CHECK(gap_text(discovery) == "");
  CHECK(base.dirty() == "2");
}

TEST_CASE("a writer that comes after a gap does not keep it open", "[watermark]") {
  Discovered base;
  EventWriter slow(base.db.url()), late(base.db.url()), fast(base.db.url());
  slow.run("BEGIN");
  slow.insert();
  fast.insert();
  base.discover();
  late.run("BEGIN");
  late.insert();
  slow.run("COMMIT");
  CHECK(gap_text(base.discover()) == "");
  CHECK(base.dirty() == "1,2");
  fast.insert();
  CHECK(gap_text(base.discover()) == "3..3");
  late.run("COMMIT");
  base.discover();
  CHECK(base.dirty() == "1,2,3,4");
}

TEST_CASE("several gaps share their holders and close one by one", "[watermark]") {
  Discovered base;
  EventWriter a(base.db.url()), b(base.db.url()), fast(base.db.url());
  a.run("BEGIN");
  b.run("BEGIN");
  a.insert();
  fast.insert();
  b.insert();
  fast.insert();
  auto discovery = base.discover();
  CHECK(gap_text(discovery) == "1..1 3..3");
  CHECK(discovery.holders.size() == 2);
  a.run("COMMIT");
  discovery = base.discover();
  CHECK(gap_text(discovery) == "3..3");
  CHECK(discovery.holders.size() == 1);
  b.run("COMMIT");
  base.discover();
  CHECK(base.dirty() == "1,2,3,4");
}

TEST_CASE("partitions, also when they are written directly or made later", "[watermark]") {
  TestDatabase db;
  Session session(db.connection());
  partition_events(session);
  discover_events(session, kNow);
  EventWriter slow(db.url()), fast(db.url());
  slow.run("BEGIN");
  slow.insert("event_log_2024");
  fast.insert();
  CHECK(gap_text(discover_events(session, kNow)) == "1..1");
  slow.run("COMMIT");
  run_sql(session,
          "CREATE TABLE event_log_2026 PARTITION OF event_log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')");
  fast.run("INSERT INTO event_log (project_id, entity_type, event_type, created_at) VALUES ('" +
           std::string{kEventProject} + "', 'task', 'moved', '2026-02-01')");
  const auto discovery = discover_events(session, kNow);
  CHECK(discovery.events == 2);
  CHECK(discovery.cursor.gaps.empty());
}

TEST_CASE("the first discovery marks nothing and waits for those who were writing", "[watermark]") {
  TestDatabase db;
  Session session(db.connection());
  make_event_project(session);
  EventWriter slow(db.url()), fast(db.url());
  slow.run("BEGIN");
  slow.insert();
  fast.insert();
  fast.insert();
  auto discovery = discover_events(session, kNow);
  CHECK(discovery.events == 0);
  CHECK(discovery.cursor.baseline == 3);
  REQUIRE(discovery.cursor.baseline_wait.has_value());
  CHECK(discovery.holders.size() == 1);
  fast.insert();
  CHECK(discover_events(session, kNow).events == 1);
  slow.run("COMMIT");
  discovery = discover_events(session, kNow);
  CHECK(discovery.events == 0);  // a full computation from a snapshot of now on sees it
  CHECK_FALSE(discovery.cursor.baseline_wait.has_value());
  CHECK(sql_value(session, "SELECT string_agg(source_id, ',') FROM metrics_dirty") == "4");
}

TEST_CASE("an empty table whose first id is drawn and not committed", "[watermark]") {
  TestDatabase db;
  Session session(db.connection());
  make_event_project(session);
  EventWriter slow(db.url()), fast(db.url());
  slow.run("BEGIN");
  slow.insert();
  auto discovery = discover_events(session, kNow);
  CHECK(discovery.cursor.baseline == 0);
  fast.insert();
  CHECK(gap_text(discover_events(session, kNow)) == "1..1");
  slow.run("COMMIT");
  CHECK(discover_events(session, kNow).events == 1);
  CHECK(sql_value(session, "SELECT count(*) FROM metrics_dirty") == "2");
}

TEST_CASE("vacuum and readers are not waited for", "[watermark]") {
  Discovered base;
  EventWriter reader(base.db.url()), locker(base.db.url()), fast(base.db.url());
  reader.run("BEGIN");
  reader.run("SELECT count(*) FROM event_log");
  locker.run("BEGIN");
  locker.run("LOCK TABLE event_log IN SHARE UPDATE EXCLUSIVE MODE");  // as VACUUM does
  fast.draw();
  fast.insert();
  const auto discovery = base.discover();
  CHECK(discovery.events == 1);
  CHECK(gap_text(discovery) == "");
}

TEST_CASE("writers of another database's event log are not waited for", "[watermark]") {
  Discovered base;
  TestDatabase other;
  Session other_session(other.connection());
  make_event_project(other_session);
  EventWriter stranger(other.url()), fast(base.db.url());
  stranger.run("BEGIN");
  stranger.insert();
  fast.draw();
  fast.insert();
  CHECK(gap_text(base.discover()) == "");
}

TEST_CASE("ids far apart cost no more than those that are there", "[watermark]") {
  Discovered base;
  EventWriter slow(base.db.url()), fast(base.db.url());
  slow.run("BEGIN");
  slow.insert();
  fast.insert();
  fast.run("SELECT setval(pg_get_serial_sequence('event_log', 'id'), 4611686018427387904)");
  fast.insert();
  CHECK(gap_text(base.discover()) == "1..1 3..4611686018427387904");
  slow.run("COMMIT");
  CHECK(gap_text(base.discover()) == "");
  CHECK(base.dirty() == "1,2,4611686018427387905");
}

TEST_CASE("more events than a batch holds", "[watermark]") {
  Discovered base;
  EventWriter slow(base.db.url());
  slow.run("BEGIN");
  slow.insert();
  run_sql(base.session, std::string{R"(
    INSERT INTO event_log (project_id, entity_type, event_type, created_at)
    SELECT ')"} + kEventProject +
                            R"(', 'task', 'task.moved', '2024-01-01' FROM generate_series(1, 25000))");
  auto discovery = base.discover();
  CHECK(discovery.events == 25000);
  CHECK(gap_text(discovery) == "1..1");
  slow.run("COMMIT");
  CHECK(base.discover().events == 1);
  CHECK(sql_value(base.session, "SELECT count(*) FROM metrics_dirty") == "25001");
}

TEST_CASE("events of no project are set aside, and those of an unknown one go with it", "[watermark]") {
  Discovered base;
  run_sql(base.session, R"(
    ALTER TABLE event_log ALTER project_id DROP NOT NULL;
    ALTER TABLE event_log DROP CONSTRAINT event_log_project_id_fkey;
    INSERT INTO event_log (project_id, entity_type, event_type, created_at) VALUES
      (NULL, 'task', 'task.moved', '2024-01-01'),
      ('00000000-0000-0000-0000-000000000001', 'task', 'task.moved', '2024-01-01'))");
  const auto discovery = base.discover();
  CHECK(discovery.events == 1);
  CHECK(discovery.without_project == 1);
  CHECK(sql_value(base.session, "SELECT source || ' ' || source_key || ': ' || reason FROM metrics_quarantine") ==
        "event_log 1: project_id is NULL, not a UUID");
  CHECK(base.discover().without_project == 0);
  CHECK(base.dirty() == "2");
  CHECK(delete_vanished_projects(base.session).size() == 1);
  CHECK(base.dirty() == "");

  run_sql(base.session, R"(
    ALTER TABLE event_log ALTER project_id TYPE text;
    INSERT INTO event_log (project_id, entity_type, event_type, created_at)
    VALUES ('no uuid', 'task', 'task.moved', '2024-01-01'))");
  Session other_types(base.db.connection());  // prepared statements keep the types they met
  CHECK(discover_events(other_types, kNow).without_project == 1);
}

TEST_CASE("an idle discovery writes nothing, also while a gap is open", "[watermark]") {
  TestDatabase db{TestDatabase::Alone{}};
  Session session(db.connection());
  make_event_project(session);
  EventWriter slow(db.url()), fast(db.url());
  discover_events(session, kNow);
  fast.insert();
  slow.run("BEGIN");
  slow.insert();
  fast.insert();
  discover_events(session, kNow);
  const auto footprint = [&] {
    return sql_value(session,
                     "SELECT pg_current_wal_insert_lsn()::text || (SELECT (xmin, xmax, ctid)::text "
                     "FROM metrics_source_cursor)");
  };
  // The server itself logs something now and then; a second look tells it from a write.
  for (int attempt = 1;; ++attempt) {
    const auto before = footprint();
    const auto discovery = discover_events(session, kNow + kMinute);
    CHECK(discovery.events == 0);
    CHECK(gap_text(discovery) == "2..2");
    if (footprint() == before) break;
    REQUIRE(attempt < 5);
  }
}

TEST_CASE("several discoveries at once find every event once", "[watermark]") {
  TestDatabase db;
  Session session(db.connection());
  make_event_project(session);
  constexpr int kEvents = 400;
  std::vector<std::future<std::int64_t>> discoverers;
  for (int i = 0; i < 4; ++i)
    discoverers.push_back(std::async(std::launch::async, [&] {
      Session own(db.connection());
      std::int64_t found = 0;
      for (Discovery discovery; discovery.cursor.watermark < kEvents; found += discovery.events)
        discovery = discover_events(own, kNow);
      return found;
    }));
  EventWriter writer(db.url());
  for (int i = 0; i < kEvents; ++i) writer.insert();
  std::int64_t found = 0;
  for (auto& discoverer : discoverers) found += discoverer.get();
  const auto baseline = sql_value(session, "SELECT baseline FROM metrics_source_cursor");
  CHECK(std::to_string(kEvents - found) == baseline);
  CHECK(std::to_string(found) == sql_value(session, "SELECT count(*) FROM metrics_dirty"));
}
