// On what event logs a watermark can rest, and how the others are refused.
#include "readmodel/event_source.hpp"

#include "readmodel/watermark.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/event_writer.hpp"

using namespace tidemark;
using namespace tidemark::readmodel;
using namespace tidemark::tests;

namespace {

const Instant kNow = Day{std::chrono::year{2024} / 3 / 1};

}  // namespace

TEST_CASE("a role whose transactions have one snapshot by default gets one for each statement", "[watermark]") {
  TestDatabase db;
  Session owner(db.connection());
  run_sql(owner, "ALTER DATABASE " + sql_value(owner, "SELECT current_database()") +
                     " SET default_transaction_isolation = 'repeatable read'");
  Session session(db.connection());
  CHECK_NOTHROW(discover_events(session, kNow));
  Transaction tx(session, Isolation::repeatable_read);
  CHECK_THROWS_WITH(require_event_source(tx), contains_text("this transaction is repeatable read"));
}

TEST_CASE("an event log on which no watermark can rest is refused with the remedy", "[watermark]") {
  struct Case {
    const char* change;
    const char* complaint;
  };
  const auto& refused =
      GENERATE(Case{"ALTER SEQUENCE event_log_id_seq CACHE 20", "has CACHE 20"},
               Case{"ALTER SEQUENCE event_log_id_seq CACHE 20", "ALTER SEQUENCE event_log_id_seq CACHE 1;"},
               Case{"ALTER SEQUENCE event_log_id_seq INCREMENT -1 MINVALUE -100", "descends"},
               Case{"ALTER SEQUENCE event_log_id_seq CYCLE", "begins again"},
               Case{"ALTER TABLE event_log ALTER id DROP DEFAULT", "has no sequence"},
               Case{"ALTER TABLE event_log SET UNLOGGED", "is unlogged"},
               Case{"DROP TABLE event_log", "there is no table event_log"},
               Case{"ALTER TABLE event_log RENAME TO events; CREATE VIEW event_log AS TABLE events", "is a view"},
               Case{"CREATE TABLE more_events () INHERITS (event_log)", "more_events inherits"});
  TestDatabase db;
  Session session(db.connection());
  run_sql(session, refused.change);
  INFO(refused.change);
  CHECK_THROWS_WITH(discover_events(session, kNow), contains_text(refused.complaint));
}

TEST_CASE("a partition with a sequence of its own is refused, and identity columns are not", "[watermark]") {
  TestDatabase db;
  Session session(db.connection());
  partition_events(session);
  CHECK_NOTHROW(discover_events(session, kNow));
  run_sql(session, "CREATE SEQUENCE other; ALTER TABLE event_log_2024 ALTER id SET DEFAULT nextval('other')");
  CHECK_THROWS_WITH(discover_events(session, kNow), contains_text("from 2 sequences"));
  run_sql(session, R"(
    ALTER TABLE event_log_2024 ALTER id DROP DEFAULT;
    ALTER TABLE event_log_2025 ALTER id DROP DEFAULT;
    ALTER TABLE event_log ALTER id DROP DEFAULT;
    ALTER TABLE event_log ALTER id ADD GENERATED ALWAYS AS IDENTITY)");
  CHECK_NOTHROW(discover_events(session, kNow));
}
