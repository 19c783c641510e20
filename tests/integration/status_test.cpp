// What `tidemark status` says of the events: how far they are known, and which sessions hold back the rest.
#include "jobs/render/status_screen.hpp"
#include "jobs/views/status_view.hpp"
#include "readmodel/watermark.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/event_writer.hpp"

using namespace tidemark;
using namespace tidemark::readmodel;
using namespace tidemark::tests;

namespace {

const Instant kNow = Day{std::chrono::year{2124} / 3 / 1};

std::string screen_of(Session& session) {
  return render::status_screen(views::read_status(session, kNow), render::Terminal{});
}

}  // namespace

TEST_CASE("the status names the sessions that hold events back", "[status]") {
  TestDatabase db;
  Session session(db.connection());
  make_event_project(session);
  CHECK_THAT(screen_of(session), contains_text("new events have not been looked for yet"));
  discover_events(session, kNow - kHour);
  EventWriter slow(db.url()), fast(db.url());
  slow.run("SET application_name = 'nightly load'");
  slow.run("BEGIN");
  slow.insert();
  fast.insert();
  discover_events(session, kNow - kHour);

  const auto process = "process " + slow.run("SELECT pg_backend_pid()") + " (nightly load)";
  CHECK_THAT(screen_of(session), contains_text("every event up to id 2 is known, but those that open"));
  CHECK_THAT(screen_of(session), contains_text("found and not computed: 1 in 1 project"));
  CHECK_THAT(screen_of(session), contains_text(process));
  const auto json = views::status_json(views::read_status(session, kNow))["watermark"];
  CHECK(json["event_id"] == 2);
  CHECK(json["missing_ids"] == 1);
  CHECK(json["dirty_rows"] == 1);
  REQUIRE(json["holders"].size() == 1);
  CHECK(json["holders"][0]["application"] == "nightly load");
  CHECK(json["holders"][0]["first_seen"] == "2124-02-29T23:00:00Z");
  CHECK(json["holders"][0].contains("started_at"));

  slow.run("COMMIT");
  CHECK_THAT(screen_of(session), contains_text("a transaction that has just ended"));
  discover_events(session, kNow);
  CHECK_THAT(screen_of(session), contains_text("every event up to id 2 is known; found and not computed: 2"));
}

TEST_CASE("the status says why new events cannot be found, and what to do", "[status]") {
  TestDatabase db;
  Session session(db.connection());
  CHECK(!views::status_json(views::read_status(session, kNow))["watermark"].contains("faults"));
  run_sql(session, "ALTER SEQUENCE event_log_id_seq CACHE 50");
  CHECK_THAT(screen_of(session), contains_text("new events cannot be found"));
  CHECK_THAT(screen_of(session), contains_text("ALTER SEQUENCE event_log_id_seq CACHE 1;"));
  const auto faults = views::status_json(views::read_status(session, kNow))["watermark"]["faults"];
  REQUIRE(faults.size() == 1);
  CHECK(faults[0]["text"].get<std::string>().find("CACHE 50") != std::string::npos);
}

TEST_CASE("a role that may not see others' sessions still learns which they are", "[status]") {
  TestDatabase db;
  Session owner(db.connection());
  make_event_project(owner);
  const auto role = "status_" + sql_value(owner, "SELECT current_database()");
  run_sql(owner,
          "CREATE ROLE " + role + "; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO " + role);
  {
    auto connection = db.connection();
    connection.url += " options='-c role=" + role + "'";
    Session session(connection);
    discover_events(session, kNow);
    EventWriter slow(db.url()), fast(db.url());
    slow.run("SET application_name = 'nightly load'");
    slow.run("BEGIN");
    slow.insert();
    fast.insert();
    const auto discovery = discover_events(session, kNow);
    REQUIRE(discovery.holders.size() == 1);
    CHECK(discovery.holders[0].pid.has_value());
    CHECK(discovery.holders[0].application == "nightly load");
    CHECK_FALSE(discovery.holders[0].started.has_value());
  }
  run_sql(owner, "DROP OWNED BY " + role + "; DROP ROLE " + role);
}
