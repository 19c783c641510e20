// What no program can do without: the source columns read, and the result rows written.
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <future>
#include <thread>
#include <utility>

#include "bench/bench.hpp"
#include "bench/pq.hpp"

namespace tidemark::bench {
namespace {

constexpr std::chrono::milliseconds kLookAgain{100};

struct SourceColumns {
  const char* table;
  const char* columns;
};
constexpr SourceColumns kSources[] = {
    {"event_log",
     "id, project_id, entity_id, event_type, payload->>'to_state', payload->>'from_state', payload->>'reason', "
     "payload->'sequence', caused_by, created_at"},
    {"task",
     "id, project_id, phase_id, milestone_id, short_id, title, priority, task_class, capability_tags, created_at"},
    {"lease", "id, project_id, task_id, agent_id, created_at"},
    {"gate_decision", "id, project_id, gate_rule_id, task_id, outcome, actor_id, created_at"},
    {"gate_candidate_link", "id, project_id, gate_task_id, candidate_task_id, created_at"},
    {"integration_attempt", "id, project_id, task_id, result, started_at, ended_at"},
    {"artifact", "id, project_id, task_id, check_status, created_at"},
    {"dependency_edge", "id, project_id, from_task_id, to_task_id, unlock_on, created_at"},
    {"plan_change_set", "id, project_id, operations, applied_at"},
    {"milestone", "id, project_id, name, planned_start_date, planned_completion_date, actual_completion_date"},
    {"phase", "id, project_id, name"},
    {"gate_rule", "id, project_id, name, scope"},
};

// Half of a table's pages.
std::string half_of(Connection& connection, const char* table, int half) {
  const auto middle =
      connection.number(fmt::format("SELECT pg_relation_size('{}') / current_setting('block_size')::int / 2", table));
  return half == 0 ? fmt::format("ctid < '({},0)'", middle) : fmt::format("ctid >= '({},0)'", middle);
}

// Runs half(0) and half(1): at the same time where there are two connections.
template <typename Half>
void in_halves(int connections, Half&& half) {
  auto other = std::async(connections > 1 ? std::launch::async : std::launch::deferred, [&] { half(1); });
  half(0);
  other.get();
}

}  // namespace

readmodel::ConnectionSettings Database::connection() const {
  readmodel::ConnectionSettings settings;
  settings.url = url;
  settings.application_name = "tidemark bench";
  return settings;
}

void checkpoint(const std::string& url) { Connection(url).run("CHECKPOINT"); }

void forget(const std::string& url) { Connection(url).run("TRUNCATE metrics_project_memory, metrics_task_timeline"); }

void empty_tables(const std::string& url) {
  Connection connection(url);
  for (const auto* table : kResultTables) connection.run(fmt::format("TRUNCATE {}", table));
  connection.run("CHECKPOINT");
}

Seconds own_cpu() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return Seconds{static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec)};
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

Seconds server_cpu(const Database& db) {
  {
    Connection connection(db.url);
    while (connection.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                             "AND backend_type = 'client backend' AND pid <> pg_backend_pid()") > 0)
      std::this_thread::sleep_for(kLookAgain);
  }
  std::this_thread::sleep_for(kLookAgain);  // the server's parent process takes notice of their end
  std::string parent;
  std::getline(std::ifstream(db.files / "data/postmaster.pid"), parent);
  std::ifstream stat("/proc/" + parent + "/stat");
  std::int64_t user = 0;  // of the children that were waited for, in ticks: fields 16 and 17
  std::int64_t system = 0;
  std::string skipped;
  for (int field = 1; field < 16; ++field) stat >> skipped;
  stat >> user >> system;
  return Seconds{static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK))};
}

std::int64_t wal_position(const std::string& url) {
  return Connection(url).number("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')");
}

void read_sources(const std::string& url, int connections) {
  in_halves(connections, [&](int half) {
    Connection connection(url);
    for (const auto& source : kSources)
      connection.copy_out(fmt::format("COPY (SELECT {} FROM {} WHERE {}) TO STDOUT (FORMAT binary)", source.columns,
                                      source.table, half_of(connection, source.table, half)),
                          [](std::string_view) {});
  });
}

RowsAside::RowsAside(const Database& db) : db_(db) {
  Connection connection(db.url);
  for (const auto* table : kResultTables)
    for (const int half : {0, 1})
      bytes_ += copy_to_file(connection,
                             fmt::format("COPY (SELECT * FROM {} WHERE {}) TO STDOUT (FORMAT binary)", table,
                                         half_of(connection, table, half)),
                             file(table, half));
}

RowsAside::~RowsAside() {
  std::error_code ignored;
  for (const auto* table : kResultTables)
    for (const int half : {0, 1}) std::filesystem::remove(file(table, half), ignored);
}

std::filesystem::path RowsAside::file(const char* table, int half) const {
  return db_.files / fmt::format("{}.{}.{}", db_.shape.name, table, half);
}

void RowsAside::write_back(int connections) const {
  in_halves(connections, [&](int half) {
    Connection connection(db_.url);
    for (const auto* table : kResultTables)
      copy_from_file(connection, fmt::format("COPY {} FROM STDIN (FORMAT binary)", table), file(table, half));
  });
}

}  // namespace tidemark::bench
