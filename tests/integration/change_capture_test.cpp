// Changes of the sources, by capture: what each change leaves in metrics_dirty when it commits, and that no change of
// the application's ever fails for it.
#include "migrations/migrator.hpp"
#include "readmodel/change_discovery.hpp"
#include "readmodel/change_sources.hpp"
#include "support/catch.hpp"
#include "support/change_rows.hpp"
#include "support/database.hpp"
#include "support/event_writer.hpp"

using namespace tidemark;
using namespace tidemark::readmodel;
using namespace tidemark::tests;
using migrations::ChangeCapture;
using migrations::MigrationSet;
using migrations::SourceTables;

namespace {

const Instant kNow = Day{std::chrono::year{2024} / 3 / 1};
constexpr const char* kOtherProject = "00000000-0000-0000-0000-0000000000ff";

void install(const TestDatabase& db) {
  migrations::MigrationOptions options;
  options.url = db.url();
  migrations::apply(options, {SourceTables::leave, std::nullopt, ChangeCapture::install});
}

void uninstall(const TestDatabase& db) {
  migrations::MigrationOptions options;
  options.url = db.url();
  migrations::apply(options, {SourceTables::leave, migrations::Level{MigrationSet::capture, 0}, ChangeCapture::leave});
}

// `before` arranges the tables, then the triggers are installed.
struct Captured {
  explicit Captured(const std::string& before = "SELECT 1") : session(db.connection()) {
    make_change_project(session);
    run_sql(session, before);
    install(db);
    run_sql(session, "DELETE FROM metrics_dirty");
  }
  // What the SQL leaves in metrics_dirty.
  std::string after(const std::string& sql) {
    run_sql(session, sql);
    return take_dirty(session);
  }

  TestDatabase db;
  Session session;
};

}  // namespace

TEST_CASE("each source reports an insert, a delete and the updates that a metric sees", "[changes]") {
  Captured base;
  for (const auto& row : change_rows()) {
    INFO(row.table);
    const auto dirty = row.dirty("2024-02-01 00:00:00+00");
    insert_change_row(base.session, row.table, "2024-02-01Z");
    CHECK(take_dirty(base.session) == dirty);
    CHECK(base.after("UPDATE " + row.table + " SET " + row.used) == dirty);
    CHECK(base.after("UPDATE " + row.table + " SET " + row.used) == "");
    if (!row.unused.empty()) CHECK(base.after("UPDATE " + row.table + " SET " + row.unused) == "");
    CHECK(base.after("DELETE FROM " + row.table) == dirty);
  }
}

TEST_CASE("a row that moves concerns both its places, from the earlier instant on", "[changes]") {
  Captured base;
  insert_change_row(base.session, "lease", "2024-02-01Z");
  insert_change_row(base.session, "dependency_edge", "2024-02-01Z");
  take_dirty(base.session);
  CHECK(base.after("UPDATE lease SET created_at = '2024-01-01Z'") == "lease 1 1 2024-01-01 00:00:00+00\n");
  CHECK(base.after("UPDATE lease SET created_at = '2024-02-01Z', task_id = '" + task_id("07") + "'") ==
        "lease 1 1 2024-01-01 00:00:00+00\nlease 1 7 2024-01-01 00:00:00+00\n");
  CHECK(base.after("UPDATE dependency_edge SET to_task_id = '" + task_id("07") + "'") ==
        "dependency_edge 1 1 2024-02-01 00:00:00+00\ndependency_edge 1 2 2024-02-01 00:00:00+00\n"
        "dependency_edge 1 7 2024-02-01 00:00:00+00\n");
  run_sql(base.session, std::string{"INSERT INTO project (id, name, created_at, updated_at) VALUES ('"} +
                            kOtherProject + "', 'O', '2024-01-01', '2024-01-01')");
  run_sql(base.session, std::string{"UPDATE lease SET project_id = '"} + kOtherProject + "'");
  CHECK(sql_value(base.session,
                  "SELECT string_agg(right(project_id::text, 2), ' ' ORDER BY project_id) "
                  "FROM metrics_dirty") == "ff c9");
}

TEST_CASE("an event that is changed or deleted is reported, a new one is the watermark's", "[changes]") {
  Captured base;
  const auto event =
      "INSERT INTO event_log (id, project_id, entity_type, entity_id, event_type, created_at) VALUES (5, '" +
      std::string{kChangeProject} + "', 'task', '" + task_id("01") + "', 'x', '2024-02-01Z')";
  CHECK(base.after(event) == "");
  CHECK(base.after("UPDATE event_log SET correlation_id = 'x'") == "");
  CHECK(base.after("UPDATE event_log SET payload = '{\"to_state\": \"ready\"}'") ==
        "event_log 5 1 2024-02-01 00:00:00+00\n");
  CHECK(base.after("UPDATE event_log SET entity_type = 'gate', created_at = '2024-01-01Z'") ==
        "event_log 5 1 2024-01-01 00:00:00+00\nevent_log 5 - 2024-01-01 00:00:00+00\n");
  CHECK(base.after("DELETE FROM event_log") == "event_log 5 - 2024-01-01 00:00:00+00\n");
}

TEST_CASE("a truncated table concerns every project", "[changes]") {
  Captured base;
  CHECK(base.after("TRUNCATE artifact, event_log") == "artifact * - -\nevent_log * - -\n");
}

TEST_CASE("unapplied plans and queued attempts are reported when they count, or did", "[changes]") {
  Captured base;
  insert_change_row(base.session, "plan_change_set", "2024-02-01Z");
  insert_change_row(base.session, "integration_attempt", "2024-02-01Z");
  take_dirty(base.session);
  const std::string both =
      "integration_attempt 1 1 2024-02-01 00:00:00+00\nplan_change_set 1 - 2024-02-01 00:00:00+00\n";
  const auto set = [](const std::string& status, const std::string& result) {
    return "UPDATE plan_change_set SET status = '" + status + "'; UPDATE integration_attempt SET result = '" + result +
           "'";
  };
  CHECK(base.after(set("draft", "queued")) == both);
  CHECK(base.after("UPDATE plan_change_set SET operations = '[1]'; UPDATE integration_attempt SET started_at = "
                   "'2024-01-31Z'") == "");
  CHECK(base.after("UPDATE integration_attempt SET started_at = '2024-02-01Z';" + set("applied", "success")) == both);
  CHECK(base.after(set("draft", "queued")) == both);
  CHECK(base.after("DELETE FROM plan_change_set; DELETE FROM integration_attempt") == "");
}

// What cannot be placed in time is in no part that is read since an instant: the project has to be read whole.
TEST_CASE("a row that counts and has no usable instant, before or after, is of unknown instant", "[changes]") {
  Captured base;
  insert_change_row(base.session, "plan_change_set", "2024-02-01Z");
  insert_change_row(base.session, "artifact", "2024-02-01Z");
  take_dirty(base.session);
  const std::string unknown = "artifact 1 1 -\nplan_change_set 1 - -\n";
  const auto move = [](const std::string& applied_at, const std::string& created_at) {
    return "UPDATE plan_change_set SET applied_at = " + applied_at + "; UPDATE artifact SET created_at = '" +
           created_at + "'";
  };
  CHECK(base.after(move("NULL", "infinity")) == unknown);
  CHECK(base.after(move("'2024-02-02Z'", "2024-02-02Z")) == unknown);
  CHECK(base.after("UPDATE plan_change_set SET status = 'draft', applied_at = NULL") ==
        "plan_change_set 1 - 2024-02-02 00:00:00+00\n");
}

TEST_CASE("a transaction that commits hours later is exact, and a look does not search what is captured", "[changes]") {
  Captured base;
  EventWriter slow(base.db.url());
  slow.run("BEGIN");
  slow.run("INSERT INTO task (id, project_id, title, created_at, updated_at) VALUES ('" + task_id("07") + "', '" +
           kChangeProject + "', 't', '2024-01-01', '2024-01-01')");
  const auto discovery = discover_changes(base.session, kNow);
  CHECK(discovery.rows == 0);
  CHECK(discovery.captured.size() == change_rows().size());
  CHECK(discovery.by_cursor.empty());
  discover_changes(base.session, kNow + kDay);
  CHECK(take_dirty(base.session) == "");
  slow.run("COMMIT");
  CHECK(take_dirty(base.session) == "task 7 7 -\n");
}

TEST_CASE("a source whose triggers are not all there is looked at by cursor", "[changes]") {
  Captured base;
  run_sql(base.session,
          "DROP TRIGGER tidemark_capture_delete ON lease; ALTER TABLE task DISABLE TRIGGER ALL;"
          "ALTER TABLE artifact ENABLE REPLICA TRIGGER tidemark_capture_update");
  CHECK(discover_changes(base.session, kNow).by_cursor == std::vector<std::string>{"task", "artifact", "lease"});
  Transaction tx(base.session, Isolation::read_committed);
  for (const auto& source : find_change_sources(tx)) {
    INFO(source.table);
    const auto missing = source.table == "lease"      ? std::vector<std::string>{"DELETE"}
                         : source.table == "artifact" ? std::vector<std::string>{"UPDATE"}
                         : source.table == "task" ? std::vector<std::string>{"INSERT", "UPDATE", "DELETE", "TRUNCATE"}
                                                  : std::vector<std::string>{};
    CHECK(source.uncaptured == missing);
    CHECK((source.method == ChangeMethod::capture) == missing.empty());
  }
  CHECK(find_event_capture(tx)->method == ChangeMethod::capture);
}

TEST_CASE("installing makes every project be computed once, and takes over from the cursors", "[changes]") {
  TestDatabase db;
  Session session(db.connection());
  make_change_project(session);
  insert_change_row(session, "lease", format_instant(kNow));
  discover_changes(session, kNow);
  take_dirty(session);
  install(db);
  CHECK(take_dirty(session) == "project * - -\n");
  CHECK(sql_value(session, "SELECT count(*) FROM metrics_change_cursor") == "0");
  CHECK(sql_value(session, "SELECT count(*) FROM metrics_change_seen") == "0");

  uninstall(db);
  CHECK(sql_value(session, "SELECT count(*) FROM metrics_change_cursor WHERE started_at > now() - interval '1 hour'") ==
        std::to_string(change_rows().size()));
  CHECK(sql_value(session, "SELECT count(*) FROM pg_proc WHERE proname LIKE 'tidemark\\_capture%'") == "0");
  run_sql(session, "UPDATE task SET title = 'x'");  // nothing is left that could fail
  insert_change_row(session, "phase", sql_value(session, "SELECT now() - interval '9 min'"));
  const auto later = parse_instant(sql_value(session, "SELECT now() + interval '3 hours'")).value();
  CHECK(discover_changes(session, later).by_cursor.size() == change_rows().size());
  CHECK(take_dirty(session) == "phase 1 - -\n");  // from the end of the capture on
}

TEST_CASE("a partitioned source reports what is done to it and to its partitions", "[changes]") {
  TestDatabase db;
  Session session(db.connection());
  make_change_project(session);
  partition_events(session);
  run_sql(session,
          "DROP TABLE lease; CREATE TABLE lease (id uuid, project_id uuid, task_id uuid, agent_id text, "
          "created_at timestamptz) PARTITION BY RANGE (created_at);"
          "CREATE TABLE lease_old PARTITION OF lease FOR VALUES FROM (MINVALUE) TO ('2024-02-01Z');"
          "CREATE TABLE lease_new PARTITION OF lease FOR VALUES FROM ('2024-02-01Z') TO (MAXVALUE)");
  install(db);
  take_dirty(session);
  const auto after = [&](const std::string& sql) {
    run_sql(session, sql);
    return take_dirty(session);
  };
  const std::string event = "(id, project_id, entity_type, entity_id, event_type, created_at) VALUES (5, '" +
                            std::string{kChangeProject} + "', 'task', '" + task_id("01") + "', 'x', '2024-02-01Z')";
  CHECK(after("INSERT INTO event_log " + event) == "");
  // Into another partition: a deletion here, an insertion there.
  CHECK(after("UPDATE event_log SET created_at = '2025-02-01Z'") ==
        "event_log 5 1 2024-02-01 00:00:00+00\nevent_log 5 1 2025-02-01 00:00:00+00\n");
  CHECK(after("UPDATE event_log_2025 SET event_type = 'y'") == "event_log 5 1 2025-02-01 00:00:00+00\n");
  CHECK(after("DELETE FROM event_log_2025") == "event_log 5 1 2025-02-01 00:00:00+00\n");
  CHECK(after("TRUNCATE event_log_2025") == "event_log * - -\n");

  const std::string lease =
      "VALUES ('" + task_id("01") + "', '" + kChangeProject + "', '" + task_id("02") + "', 'a', '2024-01-01Z')";
  CHECK(after("INSERT INTO lease_old " + lease) == "lease 1 2 2024-01-01 00:00:00+00\n");
  CHECK(after("UPDATE lease SET created_at = '2024-03-01Z'") ==
        "lease 1 2 2024-01-01 00:00:00+00\nlease 1 2 2024-03-01 00:00:00+00\n");
  CHECK(after("DELETE FROM lease") == "lease 1 2 2024-03-01 00:00:00+00\n");
  Transaction tx(session, Isolation::read_committed);
  for (const auto& source : find_change_sources(tx)) CHECK(source.method == ChangeMethod::capture);
}

TEST_CASE("whatever the types of the columns, no change of the application fails", "[changes]") {
  Captured base(
      "ALTER TABLE lease DROP CONSTRAINT lease_project_id_fkey, ALTER project_id TYPE text, ALTER task_id TYPE text;"
      "ALTER TABLE gate_rule ALTER scope DROP DEFAULT, ALTER scope TYPE json, ALTER scope DROP NOT NULL;"
      "ALTER TABLE task DROP COLUMN short_id, DROP COLUMN milestone_id; DROP TABLE artifact CASCADE;"
      "ALTER TABLE phase RENAME TO phases; CREATE VIEW phase AS SELECT * FROM phases");
  const auto lease = [](const std::string& project, const std::string& task, const std::string& at) {
    return "INSERT INTO lease (id, project_id, task_id, agent_id, status, created_at, expires_at, heartbeat_at) VALUES "
           "('" +
           task_id("01") + "', '" + project + "', '" + task + "', 'a', 's', '" + at +
           "', 'infinity', "
           "'infinity') ON CONFLICT (id) DO UPDATE SET project_id = excluded.project_id, created_at = "
           "excluded.created_at";
  };
  CHECK(base.after(lease("nobody", "", "infinity")) == "");
  CHECK(base.after(lease("{6AC46BCD-C75E-5446-9706-52A6C7155DC9}", "", "-infinity")) == "lease 1 - -\n");
  CHECK(base.after(lease("nobody", "", "12024-01-01Z")) == "lease 1 - -\n");
  insert_change_row(base.session, "gate_rule", "2024-02-01Z");
  insert_change_row(base.session, "task", "2024-02-01Z");
  run_sql(base.session, "UPDATE gate_rule SET scope = '{ }'; UPDATE task SET title = 'u'");
  CHECK(take_dirty(base.session) == "gate_rule 1 - -\ngate_rule 1 - -\ntask 1 1 -\ntask 1 1 -\n");
  CHECK(discover_changes(base.session, kNow).by_cursor == std::vector<std::string>{"phase"});
}

TEST_CASE("the application's role needs no privilege, in schemas of any name", "[changes]") {
  TestDatabase db{TestDatabase::Empty{}};
  const migrations::MigrationOptions options{db.url(), "Tide \"mark\"", "it's"};
  migrations::apply(options, {SourceTables::make, std::nullopt, ChangeCapture::install});
  auto connection = db.connection();
  connection.schema = options.schema;
  connection.source_schema = options.source_schema;
  Session session(connection);
  make_change_project(session);
  const auto role = "writer_" + sql_value(session, "SELECT current_database()");
  run_sql(session, "CREATE ROLE " + role + "; GRANT USAGE ON SCHEMA \"it's\" TO " + role +
                       "; GRANT ALL ON ALL TABLES IN SCHEMA \"it's\" TO " + role);
  run_sql(session, "SET search_path = pg_catalog; SET ROLE " + role);
  const std::string dirty =
      "SELECT string_agg(source || ' ' || task_id, ',' ORDER BY id) FROM \"Tide \"\"mark\"\"\"."
      "metrics_dirty";
  run_sql(session, "INSERT INTO \"it's\".task (id, project_id, title, created_at, updated_at) VALUES ('" +
                       task_id("01") + "', '" + kChangeProject + "', 't', '2024-01-01', '2024-01-01');" +
                       "UPDATE \"it's\".task SET title = 'u'; DELETE FROM \"it's\".task; TRUNCATE \"it's\".task");
  CHECK_THROWS(sql_value(session, dirty));  // the role may not even read it
  run_sql(session, "RESET ROLE");
  CHECK(sql_value(session, dirty) == "task " + task_id("01") + ",task " + task_id("01") + ",task " + task_id("01"));
  CHECK(discover_changes(session, kNow).captured.empty());  // the search path of this session was changed
  Session other(connection);
  CHECK(discover_changes(other, kNow).captured.size() == change_rows().size());
  run_sql(session, "DROP OWNED BY " + role + "; DROP ROLE " + role);
}
