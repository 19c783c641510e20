// What `tidemark doctor` finds where something was taken away.
#include "jobs/diagnosis.hpp"

#include <algorithm>

#include "migrations/migrator.hpp"
#include "readmodel/queries/server.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::jobs;
using namespace tidemark::tests;

namespace {

std::vector<Finding> troubles(const readmodel::ConnectionSettings& connection) {
  auto findings = diagnose(Settings{}, connection);
  std::erase_if(findings, [](const Finding& finding) { return finding.severity == Severity::ok; });
  return findings;
}

// A role of this database's own, gone with the test.
class Role {
 public:
  explicit Role(readmodel::Session& session)
      : session_(session), name_("doctor_" + sql_value(session, "SELECT current_database()")) {
    run_sql(session_, "CREATE ROLE \"" + name_ + "\"");
  }
  ~Role() { run_sql(session_, "DROP OWNED BY \"" + name_ + "\"; DROP ROLE \"" + name_ + "\""); }
  const std::string& name() const { return name_; }

 private:
  readmodel::Session& session_;
  std::string name_;
};

}  // namespace

TEST_CASE("a migrated database is in order", "[doctor]") {
  TestDatabase db;
  CHECK(troubles(db.connection()).empty());
}

TEST_CASE("the doctor knows every table that a run writes", "[doctor]") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  std::vector<std::string> names{readmodel::kOwnTables.begin(), readmodel::kOwnTables.end()};
  std::sort(names.begin(), names.end());
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : " ") + name;
  CHECK(sql_value(session, R"(
    SELECT string_agg(relname, ' ' ORDER BY relname COLLATE "C") FROM pg_class
    WHERE relkind = 'r' AND relname LIKE 'metrics\_%' AND relname <> 'metrics_migration_history')") == list);
}

TEST_CASE("a database that was never migrated is an error with the command", "[doctor]") {
  TestDatabase db{TestDatabase::Empty{}};
  const auto found = troubles(db.connection());
  REQUIRE_FALSE(found.empty());
  CHECK(found.front().severity == Severity::error);
  CHECK(found.front().remedy == "tidemark migrate");
  CHECK(std::any_of(found.begin(), found.end(), [](const Finding& finding) {
    return finding.severity == Severity::error && finding.text.find("table event_log is missing") == 0;
  }));
}

TEST_CASE("each component that is off is a warning that says why and what would switch it on", "[doctor]") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  run_sql(session,
          "ALTER TABLE milestone DROP COLUMN planned_completion_date; DROP TABLE plan_change_set, lease;"
          "ALTER TABLE event_log DROP COLUMN caused_by");
  std::vector<std::string> lines;
  for (const auto& finding : diagnose(Settings{}, db.connection()))
    if (finding.subject == "components")
      lines.push_back(std::string{to_string(finding.severity)} + ' ' + finding.text.substr(0, finding.text.find(';')) +
                      " -> " + finding.remedy);
  CHECK(lines ==
        std::vector<std::string>{
            "warning claims and assignees by lease off: table lease is missing -> "
            "add lease, or put a view that has it in its place",
            "warning assignees by event off: event_log.caused_by is missing (text or an enum expected) -> "
            "add event_log.caused_by, or put a view that has it in its place",
            "warning assignee dimension off: table lease is missing, event_log.caused_by is missing (text or an enum "
            "expected) -> add lease or event_log.caused_by, or put a view that has it in its place",
            "warning schedule reliability of delivery_predictability_index off: milestone.planned_completion_date is "
            "missing (date or timestamptz expected) -> "
            "add milestone.planned_completion_date, or put a view that has it in its place",
            "warning replan_churn off: table plan_change_set is missing -> "
            "add plan_change_set, or put a view that has it in its place",
            "ok 11 of 16 metric components have their sources -> "});
}

TEST_CASE("of a table that lacks a column the column is named", "[doctor]") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  run_sql(session,
          "ALTER TABLE artifact DROP COLUMN check_status, DROP COLUMN created_at;"
          "ALTER TABLE milestone DROP COLUMN planned_start_date");
  const auto found = troubles(db.connection());
  REQUIRE(found.size() == 2);
  CHECK(found[0].remedy == "add milestone.planned_start_date, or put a view that has it in its place");
  CHECK(found[1].remedy == "add artifact.check_status and artifact.created_at, or put a view that has it in its place");
}

TEST_CASE("an instant without zone is read as UTC, with a warning", "[doctor]") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  run_sql(session, "ALTER TABLE task ALTER created_at TYPE timestamp");
  const auto found = troubles(db.connection());
  REQUIRE(found.size() == 1);
  CHECK(found[0].severity == Severity::warning);
  CHECK_THAT(found[0].text, contains_text("task.created_at without time zone: read as UTC"));
}

TEST_CASE("a missing required column is an error", "[doctor]") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  run_sql(session, "ALTER TABLE task DROP COLUMN title CASCADE");
  const auto found = troubles(db.connection());
  REQUIRE(found.size() == 1);
  CHECK(found[0].severity == Severity::error);
  CHECK_THAT(found[0].text, contains_text("task.title is missing"));
}

TEST_CASE("each missing privilege comes with its GRANT", "[doctor]") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  Role role(session);
  const auto everything =
      "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO \"" + role.name() + "\";";
  run_sql(session, everything + "REVOKE SELECT ON task FROM \"" + role.name() + "\";" +
                       "REVOKE DELETE ON metrics_summary FROM \"" + role.name() + "\"");
  auto connection = db.connection();
  connection.url += " options='-c role=" + role.name() + "'";
  const auto found = troubles(connection);
  REQUIRE(found.size() == 2);
  CHECK(found[0].remedy == "GRANT SELECT ON task TO " + role.name() + ";");
  CHECK(found[1].remedy == "GRANT DELETE ON metrics_summary TO " + role.name() + ";");
}

TEST_CASE("of a partitioned source the partitions count", "[doctor]") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  run_sql(session, R"(
    ALTER TABLE event_log RENAME TO events;
    CREATE TABLE event_log (LIKE events) PARTITION BY RANGE (id);
    CREATE TABLE event_log_all PARTITION OF event_log FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
    INSERT INTO event_log (id, project_id, entity_type, event_type, payload, created_at)
    SELECT n, '00000000-0000-0000-0000-00000000000a', 'task', 'task_ready', '{}', now() FROM generate_series(1, 20000) n)");
  const auto found = troubles(db.connection());
  const auto index = std::find_if(found.begin(), found.end(), [](auto& f) { return f.subject == "indexes"; });
  REQUIRE(index != found.end());
  CHECK(index->remedy == "CREATE INDEX ON event_log (project_id);");
}

TEST_CASE("a payload of type json is a warning", "[doctor]") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  run_sql(session, "ALTER TABLE event_log ALTER payload TYPE json");
  const auto found = troubles(db.connection());
  REQUIRE(found.size() == 1);
  CHECK_THAT(found[0].text, contains_text("event_log.payload of type json"));
}

TEST_CASE("a large source table without an index by project costs a warning", "[doctor]") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  run_sql(session, "DROP INDEX event_log_project");
  CHECK(troubles(db.connection()).empty());  // small: it does not matter yet
  run_sql(session, R"(
    INSERT INTO project (id, name, status, created_at, updated_at)
    VALUES ('00000000-0000-0000-0000-00000000000a', 'P', 'active', now(), now());
    INSERT INTO event_log (project_id, entity_type, event_type, payload, created_at)
    SELECT '00000000-0000-0000-0000-00000000000a', 'task', 'task_ready', '{}', now() FROM generate_series(1, 20000))");
  const auto found = troubles(db.connection());
  REQUIRE(found.size() == 1);
  CHECK(found[0].remedy == "CREATE INDEX CONCURRENTLY ON event_log (project_id);");
}

TEST_CASE("an event log on which no watermark can rest is an error", "[doctor]") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  run_sql(session, "ALTER SEQUENCE event_log_id_seq CACHE 50");
  const auto found = troubles(db.connection());
  REQUIRE(found.size() == 1);
  CHECK(found[0].severity == Severity::error);
  CHECK(found[0].subject == "watermark");
  CHECK_THAT(found[0].remedy, contains_text("ALTER SEQUENCE event_log_id_seq CACHE 1;"));
}

TEST_CASE("an event log without an index by id costs a warning", "[doctor]") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  run_sql(session, "ALTER TABLE event_log DROP CONSTRAINT event_log_pkey");
  const auto found = troubles(db.connection());
  REQUIRE(found.size() == 1);
  CHECK(found[0].remedy == "CREATE INDEX CONCURRENTLY ON event_log (id);");
}

TEST_CASE("doctor says how changes are found, which triggers are gone and which index a look lacks",
          "[doctor][changes]") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  const auto changes = [&] {
    auto findings = diagnose(Settings{}, db.connection());
    std::erase_if(findings, [](const Finding& finding) { return finding.subject != "changes"; });
    return findings;
  };
  REQUIRE(changes().size() == 1);
  CHECK(changes()[0].severity == Severity::ok);
  CHECK_THAT(changes()[0].text, contains_text("by cursor in 11 tables"));

  run_sql(session, R"(
    DROP INDEX lease_created; DROP INDEX task_updated;
    INSERT INTO project (id, name, created_at, updated_at)
    VALUES ('00000000-0000-0000-0000-00000000000a', 'P', now(), now());
    INSERT INTO lease (id, project_id, task_id, agent_id, status, created_at, expires_at, heartbeat_at)
    SELECT gen_random_uuid(), id, id, 'a', 's', now(), now(), now() FROM project, generate_series(1, 20000))");
  REQUIRE(changes().size() == 2);  // task is small
  CHECK(changes()[1].severity == Severity::warning);
  CHECK(changes()[1].remedy == "CREATE INDEX CONCURRENTLY ON lease (created_at);");

  migrations::MigrationOptions options;
  options.url = db.url();
  migrations::apply(options, {migrations::SourceTables::leave, std::nullopt, migrations::ChangeCapture::install});
  REQUIRE(changes().size() == 1);
  CHECK(changes()[0].severity == Severity::ok);
  CHECK_THAT(changes()[0].text, contains_text("by capture: 12 tables"));

  run_sql(session,
          "DROP TRIGGER tidemark_capture_truncate ON event_log; DROP TRIGGER tidemark_capture_insert ON phase");
  REQUIRE(changes().size() == 1);
  CHECK(changes()[0].severity == Severity::warning);
  CHECK_THAT(changes()[0].text, contains_text("it misses phase (INSERT), event_log (TRUNCATE)"));
  CHECK(changes()[0].remedy == "tidemark migrate --set capture --to 0, then tidemark migrate --install-capture");
}
