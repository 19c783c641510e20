// The same rows in sources of other types, spellings, schemas and shapes give the same read model.
#include <algorithm>

#include "jobs/diagnosis.hpp"
#include "jobs/manual_run.hpp"
#include "readmodel/statements.hpp"
#include "support/catch.hpp"
#include "support/database.hpp"
#include "support/delivery_rows.hpp"
#include "support/sql.hpp"

using namespace tidemark;
using namespace tidemark::tests;

namespace {

constexpr const char* kDropForeignKeys = R"(
  DO $$ DECLARE c record; BEGIN
    FOR c IN SELECT conrelid::regclass AS t, conname FROM pg_constraint WHERE contype = 'f' LOOP
      EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', c.t, c.conname);
    END LOOP;
  END $$;)";

// Gives every id of the sources the type, by an expression of the column %1$I.
std::string retyped_ids(const std::string& type, const std::string& expression) {
  return std::string{kDropForeignKeys} + R"(
    DO $$ DECLARE c record; BEGIN
      FOR c IN SELECT table_name AS t, column_name AS name FROM information_schema.columns
               WHERE table_schema = 'public' AND data_type = 'uuid' AND table_name NOT LIKE 'metrics%' LOOP
        EXECUTE format('ALTER TABLE %2$I ALTER %1$I TYPE )" +
         type + " USING " + expression + R"(', c.name, c.t);
      END LOOP;
    END $$;)";
}

const std::string kEnums = R"(
  CREATE TYPE project_status AS ENUM ('active', 'paused', 'archived');
  ALTER TABLE project ALTER status DROP DEFAULT, ALTER status TYPE project_status USING status::project_status;
  CREATE TYPE task_state AS ENUM ('backlog', 'ready');
  ALTER TABLE task ALTER state DROP DEFAULT, ALTER state TYPE task_state USING state::task_state;
  CREATE TYPE task_class AS ENUM ('bug', 'feature');
  ALTER TABLE task ALTER task_class TYPE task_class USING task_class::task_class;
  CREATE TYPE tag AS ENUM ('db', 'ui');
  ALTER TABLE task ALTER capability_tags DROP DEFAULT, ALTER capability_tags TYPE tag[] USING capability_tags::tag[];
  CREATE TYPE entity AS ENUM ('task', 'gate');
  ALTER TABLE event_log ALTER entity_type TYPE entity USING entity_type::entity;
  CREATE TYPE event AS ENUM ('task.state_changed', 'task_ready');
  ALTER TABLE event_log ALTER event_type TYPE event USING event_type::event;
  CREATE TYPE outcome AS ENUM ('approved', 'rejected', 'approved_with_risk');
  ALTER TABLE gate_decision ALTER outcome TYPE outcome USING outcome::outcome;
  CREATE TYPE result AS ENUM ('queued', 'success', 'conflict', 'failed_checks', 'aborted');
  ALTER TABLE integration_attempt ALTER result TYPE result USING result::result;
  CREATE TYPE checks AS ENUM ('pending', 'passed', 'failed');
  ALTER TABLE artifact ALTER check_status DROP DEFAULT, ALTER check_status TYPE checks USING check_status::checks;
  CREATE TYPE unlock AS ENUM ('integrated', 'implemented');
  ALTER TABLE dependency_edge ALTER unlock_on TYPE unlock USING unlock_on::unlock;
  CREATE TYPE plan_status AS ENUM ('draft', 'applied');
  ALTER TABLE plan_change_set ALTER status TYPE plan_status USING status::plan_status;)";

const std::string kDomains = R"(
  CREATE DOMAIN name40 AS varchar(40) CHECK (value <> '');
  CREATE DOMAIN key AS uuid;
  ALTER TABLE phase ALTER name TYPE name40;
  ALTER TABLE milestone ALTER name TYPE name40;
  ALTER TABLE gate_decision ALTER outcome TYPE name40;
  ALTER TABLE integration_attempt ALTER result TYPE varchar(20);
  ALTER TABLE task ALTER capability_tags DROP DEFAULT, ALTER capability_tags TYPE varchar(20)[];
  ALTER TABLE lease ALTER task_id TYPE key;
  ALTER TABLE event_log ALTER project_id TYPE key;)";

const std::string kPlainTypes = R"(
  ALTER TABLE event_log ALTER id DROP DEFAULT, ALTER id TYPE integer;
  ALTER TABLE task ALTER priority DROP DEFAULT, ALTER priority TYPE smallint;
  DO $$ DECLARE c record; BEGIN
    FOR c IN SELECT table_name AS t, column_name AS name, data_type AS type FROM information_schema.columns
             WHERE table_schema = 'public' AND data_type IN ('jsonb', 'timestamp with time zone')
               AND table_name NOT LIKE 'metrics%' LOOP
      EXECUTE format('ALTER TABLE %I ALTER %I DROP DEFAULT, ALTER %2$I TYPE %s', c.t, c.name,
                     CASE c.type WHEN 'jsonb' THEN 'json' ELSE 'timestamp USING ' || quote_ident(c.name) ||
                     ' AT TIME ZONE ''UTC''' END);
    END LOOP;
  END $$;)";

const std::string kPartitions = R"(
  ALTER TABLE event_log RENAME TO events;
  CREATE TABLE event_log (LIKE events INCLUDING DEFAULTS) PARTITION BY RANGE (created_at);
  CREATE TABLE event_log_february PARTITION OF event_log FOR VALUES FROM (MINVALUE) TO ('2024-03-01Z');
  CREATE TABLE event_log_march PARTITION OF event_log FOR VALUES FROM ('2024-03-01Z') TO (MAXVALUE);
  INSERT INTO event_log SELECT * FROM events;)";

// The tables go to a schema of their own; views of the same names take their place, with the columns in another order.
const std::string kViews = std::string{kDropForeignKeys} + R"(
  CREATE SCHEMA "raw Data";
  DO $$ DECLARE c record; BEGIN
    FOR c IN SELECT table_name AS t, string_agg(quote_ident(column_name), ', ' ORDER BY column_name) AS columns
             FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name NOT LIKE 'metrics%' GROUP BY table_name LOOP
      EXECUTE format('ALTER TABLE %I SET SCHEMA "raw Data"', c.t);
      EXECUTE format('CREATE VIEW %I AS SELECT %s FROM "raw Data".%1$I', c.t, c.columns);
    END LOOP;
  END $$;)";

const std::string kQuarantine =
    "SELECT string_agg(concat_ws('|', source, source_key, reason, raw_row IS NOT NULL), ' ' ORDER BY source, "
    "source_key) "
    "FROM metrics_quarantine WHERE resolved_at IS NULL";

struct Variant {
  const char* name;
  std::string change;
};

const std::vector<Variant>& variants() {
  static const std::vector<Variant> all{
      {"text ids", retyped_ids("text", "%1$I::text")},
      {"upper-case varchar(36) ids and enums", retyped_ids("varchar(36)", "upper(%1$I::text)") + kEnums},
      {"char(32) ids without hyphens", retyped_ids("char(32)", "replace(%1$I::text, ''-'', '''')")},
      {"uuid project.id, text elsewhere in another spelling",
       retyped_ids("text", "''{'' || upper(%1$I::text) || ''}''") +
           "ALTER TABLE project ALTER id TYPE uuid USING id::uuid;"},
      {"domains and varchar", std::string{kDropForeignKeys} + kDomains},
      {"integer, json, timestamp without zone", kPlainTypes},
      {"partitioned event_log", kPartitions},
      {"views", kViews},
  };
  return all;
}

struct Stored {
  Dump rows;
  std::string quarantine;
};

Stored stored_after(const readmodel::ConnectionSettings& connection) {
  refresh_and_snapshot(connection);
  readmodel::Session session{connection};
  return {dump_read_model(session), sql_value(session, kQuarantine)};
}

const Stored& reference() {
  static const Stored stored = [] {
    TestDatabase db;
    readmodel::Session session{db.connection()};
    run_sql(session, kDeliveryRows);
    return stored_after(db.connection());
  }();
  return stored;
}

void check_equal(const Stored& stored) {
  CHECK(stored.quarantine == reference().quarantine);
  CHECK(stored.rows.size() == reference().rows.size());
  for (const auto& [key, value] : reference().rows) {
    const auto found = stored.rows.find(key);
    if (found != stored.rows.end() && found->second == value) continue;
    INFO(key);
    CHECK((found == stored.rows.end() ? "missing" : found->second) == value);
  }
}

}  // namespace

TEST_CASE("the same rows in other types and shapes give the same read model", "[variants]") {
  CHECK(reference().quarantine.find("event_log|") == 0);
  CHECK(reference().quarantine.back() == 't');
  for (const auto& variant : variants()) {
    INFO(variant.name);
    TestDatabase db;
    readmodel::Session session{db.connection()};
    run_sql(session, kDeliveryRows);
    run_sql(session, variant.change);
    check_equal(stored_after(db.connection()));
    for (const auto& finding : jobs::diagnose(jobs::Settings{}, db.connection())) {
      INFO(finding.text);
      CHECK(finding.severity != jobs::Severity::error);
    }
  }
}

TEST_CASE("SELECT on the sources of another schema is enough", "[variants]") {
  TestDatabase db;
  readmodel::Session owner{db.connection()};
  run_sql(owner, kDeliveryRows);
  const auto role = "reader_" + sql_value(owner, "SELECT current_database()");
  run_sql(owner, R"(
    CREATE SCHEMA "Ops's";
    DO $$ DECLARE c record; BEGIN
      FOR c IN SELECT table_name AS t FROM information_schema.tables
               WHERE table_schema = 'public' AND table_name NOT LIKE 'metrics%' LOOP
        EXECUTE format('ALTER TABLE %I SET SCHEMA "Ops''s"', c.t);
      END LOOP;
    END $$;
    CREATE ROLE )" + role +
                     ";GRANT USAGE ON SCHEMA public, \"Ops's\" TO " + role +
                     ";GRANT SELECT ON ALL TABLES IN SCHEMA \"Ops's\" TO " + role +
                     ";GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO " + role);
  auto connection = db.connection();
  connection.source_schema = "Ops's";
  connection.url += " options='-c role=" + role + "'";
  check_equal(stored_after(connection));
  run_sql(owner, "DROP OWNED BY " + role + "; DROP ROLE " + role);
}

TEST_CASE("text ids that are no UUIDs are set aside with their rows", "[variants]") {
  TestDatabase db;
  readmodel::Session session{db.connection()};
  run_sql(session, kDeliveryRows);
  run_sql(session, retyped_ids("text", "%1$I::text"));
  run_sql(session, R"(
    INSERT INTO project (id, name, status, created_at, updated_at) VALUES ('P-1', 'Odd', 'active', now(), now());
    INSERT INTO task (id, project_id, title, created_at, updated_at)
      VALUES ('T-1', '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'Odd', '2024-03-01', '2024-03-01');
    INSERT INTO event_log (project_id, entity_type, entity_id, event_type, payload, created_at)
      VALUES ('6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'task', 'T-1', 'task_ready', '{}', '2024-03-01');
    INSERT INTO lease (id, project_id, task_id, agent_id, status, created_at, expires_at, heartbeat_at)
      VALUES ('L-1', '6ac46bcd-c75e-5446-9706-52a6c7155dc9', 'T-1', 'ann', 'active', '2024-03-01', '2024-03-01', '2024-03-01'))");
  const auto stored = stored_after(db.connection());
  CHECK(stored.rows == reference().rows);
  for (const auto* entry : {"project|P-1|id 'P-1' is not a UUID|t", "task|T-1|id 'T-1' is not a UUID|t",
                            "|entity_id is missing or not a UUID|t", "lease|L-1|task_id 'T-1' is not a UUID|t"})
    CHECK_THAT(stored.quarantine, contains_text(entry));
}

TEST_CASE("a project's rows are found by index whatever the type of its id", "[variants]") {
  for (const auto* type : {"uuid", "text", "varchar(36)", "char(36)"}) {
    TestDatabase db;
    readmodel::Session session{db.connection()};
    run_sql(session, kDeliveryRows);
    run_sql(session, retyped_ids(type, "%1$I::text::" + std::string{type}));
    int explained = 0;
    for (const Statement* statement : readmodel::sql::kAll) {
      const std::string text{statement->text};
      const auto code = text.find("\nSELECT");
      const bool of_a_project = text.find("$1 the project's id, in the type of the column") != std::string::npos;
      if (!of_a_project || code == std::string::npos) continue;
      ++explained;
      INFO(type << ' ' << statement->name);
      std::string plan;
      readmodel::translated(statement->name, [&] {
        pqxx::work tx(session.pqxx_connection());
        tx.exec("SET LOCAL enable_seqscan = off; SET LOCAL plan_cache_mode = force_generic_plan");
        tx.exec("PREPARE one AS " + text.substr(code));
        for (const auto& row : tx.exec("EXPLAIN EXECUTE one ('6ac46bcd-c75e-5446-9706-52a6c7155dc9')"))
          plan += std::string{row[0].c_str()} + '\n';
        tx.exec("DEALLOCATE one");
      });
      INFO(plan);
      CHECK(plan.find("Index Cond: (") != std::string::npos);
      CHECK(plan.find("Seq Scan") == std::string::npos);
    }
    CHECK(explained == 14);
  }
}
