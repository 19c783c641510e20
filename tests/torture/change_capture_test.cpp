// A change that was prepared and is committed long after, over a restart of the server.
#include "readmodel/change_discovery.hpp"
#include "support/catch.hpp"
#include "support/change_rows.hpp"
#include "torture/server.hpp"

using namespace tidemark;
using namespace tidemark::readmodel;
using namespace tidemark::tests;

TEST_CASE("a prepared change is exact with capture, whenever it is committed", "[changes]") {
  Server server;
  migrations::MigrationOptions options;
  options.url = server.url();
  migrations::apply(options, {migrations::SourceTables::leave, std::nullopt, migrations::ChangeCapture::install});
  const Instant now = Day{std::chrono::year{2024} / 3 / 1};
  {
    Session session(server.connection());
    make_change_project(session);
    take_dirty(session);
    EventWriter slow(server.url());
    slow.run("BEGIN");
    slow.run("INSERT INTO task (id, project_id, title, created_at, updated_at) VALUES ('" + task_id("07") + "', '" +
             kChangeProject + "', 't', '2024-01-01', '2024-01-01')");
    slow.run("PREPARE TRANSACTION 'slow'");
    discover_changes(session, now);
    CHECK(take_dirty(session) == "");
  }
  server.restart();
  Session session(server.connection());
  discover_changes(session, now + 5 * kHour);
  CHECK(take_dirty(session) == "");
  EventWriter other(server.url());
  other.run("COMMIT PREPARED 'slow'");
  CHECK(take_dirty(session) == "task 7 7 -\n");
}
