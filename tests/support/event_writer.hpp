// A session that writes events step by step, so that a test decides what is committed when.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <pqxx/pqxx>
#include <string>
#include <utility>

#include "readmodel/session.hpp"
#include "support/sql.hpp"

namespace tidemark::tests {

inline constexpr const char* kEventProject = "6ac46bcd-c75e-5446-9706-52a6c7155dc9";

// A project for the events.
inline void make_event_project(readmodel::Session& session) {
  run_sql(session, std::string{"INSERT INTO project (id, name, status, created_at, updated_at) VALUES ('"} +
                       kEventProject + "', 'Network', 'active', '2024-01-01', '2024-01-01')");
}

// Makes event_log anew, partitioned by month of creation as its owner might, with the sequence of a serial.
inline void partition_events(readmodel::Session& session) {
  run_sql(session, R"(
    DROP TABLE event_log;
    CREATE TABLE event_log (
      id bigserial, project_id uuid, entity_type text NOT NULL, entity_id uuid, event_type text NOT NULL,
      payload jsonb NOT NULL DEFAULT '{}', caused_by text, correlation_id text, created_at timestamptz NOT NULL,
      PRIMARY KEY (id, created_at)) PARTITION BY RANGE (created_at);
    CREATE TABLE event_log_2024 PARTITION OF event_log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    CREATE TABLE event_log_2025 PARTITION OF event_log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01'))");
}

// Thread safety: none. A transaction that is open ends with the connection.
class EventWriter {
 public:
  // The columns of an event but its id, as SQL: project, entity type and id, event type, payload, instant.
  using Content = std::function<std::string()>;

  explicit EventWriter(const std::string& url, Content content = {})
      : connection_(url), work_(connection_), content_(std::move(content)) {}

  // Runs SQL as it stands: `BEGIN`, `SAVEPOINT a`, `PREPARE TRANSACTION 'x'`, `COMMIT`. Returns the first value.
  std::string run(const std::string& sql) {
    return readmodel::translated("test", [&] {
      const auto result = work_.exec(sql);
      if (result.empty()) return std::string{};
      const auto row = result[0];
      return std::string{row[0].c_str()};
    });
  }
  // What is drawn has its content, and so its instant, from now on.
  std::int64_t draw() {
    const auto id = std::stoll(run("SELECT nextval(pg_get_serial_sequence('event_log', 'id'))"));
    drawn_.insert_or_assign(id, content());
    return id;
  }
  void insert(std::int64_t id, const std::string& table = "event_log") {
    const auto drawn = drawn_.extract(id);
    run("INSERT INTO " + table + " (id, project_id, entity_type, entity_id, event_type, payload, created_at) VALUES (" +
        std::to_string(id) + ", " + (drawn.empty() ? content() : drawn.mapped()) + ")");
  }
  // Draws and inserts in one statement, and returns the id.
  std::int64_t insert(const std::string& table = "event_log") {
    return std::stoll(run("INSERT INTO " + table +
                          " (project_id, entity_type, entity_id, event_type, payload, created_at) VALUES (" +
                          content() + ") RETURNING id"));
  }

 private:
  std::string content() const {
    return content_ ? content_()
                    : "'" + std::string{kEventProject} + "', 'task', NULL, 'task.moved', '{}', '2024-01-01'";
  }

  pqxx::connection connection_;
  pqxx::nontransaction work_;
  Content content_;
  std::map<std::int64_t, std::string> drawn_;
};

}  // namespace tidemark::tests
