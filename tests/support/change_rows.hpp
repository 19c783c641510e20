// A row of each mutable source, and what metrics_dirty has to say about it.
#pragma once

#include <string>
#include <vector>

#include "support/event_writer.hpp"
#include "support/sql.hpp"

namespace tidemark::tests {

inline constexpr const char* kChangeProject = kEventProject;

// An id of which metrics_dirty is shown by its last digits.
inline std::string task_id(const std::string& digits) {
  return std::string(8, '0') + "-0000-0000-0000-" + std::string(12 - digits.size(), '0') + digits;
}

struct ChangeRow {
  std::string table;
  std::string columns;  // beside id and project_id; INSTANT stands for the row's instants
  std::string values;
  std::vector<std::string> tasks;  // their last digits; "-": none
  bool since;                      // whether its instant says from when on it counts
  std::string touch;               // the column that a change of the row moves; empty: none
  std::string used;                // a change of it that a metric sees, as after SET
  std::string unused;              // one that none sees; empty: every column counts

  // As take_dirty() shows it.
  std::string dirty(const std::string& instant) const {
    std::string text;
    for (const auto& task : tasks) text += table + " 1 " + task + " " + (since ? instant : "-") + "\n";
    return text;
  }
};

inline const std::vector<ChangeRow>& change_rows() {
  const std::string t1 = "'" + task_id("01") + "'";
  const std::string t2 = "'" + task_id("02") + "'";
  static const std::vector<ChangeRow> rows{
      {"phase",
       "name, sequence, created_at, updated_at",
       "'p', 1, INSTANT, INSTANT",
       {"-"},
       false,
       "updated_at",
       "name = 'q'",
       "sequence = 2, updated_at = '2025-01-01'"},
      {"milestone",
       "name, sequence, created_at, updated_at",
       "'m', 1, INSTANT, INSTANT",
       {"-"},
       false,
       "updated_at",
       "planned_completion_date = '2024-05-01'",
       "sequence = 2"},
      {"task",
       "title, created_at, updated_at",
       "'t', INSTANT, INSTANT",
       {"1"},
       false,
       "updated_at",
       "priority = 3",
       "state = 'ready', updated_at = '2025-01-01', work_spec = '[]'"},
      {"dependency_edge",
       "from_task_id, to_task_id, unlock_on, created_at",
       t1 + "," + t2 + ", 'integrated', INSTANT",
       {"1", "2"},
       true,
       "",
       "unlock_on = 'implemented'",
       ""},
      {"gate_rule",
       "name, created_at",
       "'g', INSTANT",
       {"-"},
       false,
       "",
       "scope = '{\"gate_type\": \"x\"}'",
       "is_active = false"},
      {"gate_decision",
       "gate_rule_id, task_id, outcome, actor_id, created_at",
       "'" + task_id("03") + "'," + t1 + ", 'approved', 'a', INSTANT",
       {"1"},
       true,
       "",
       "outcome = 'rejected'",
       "reason = 'why'"},
      {"gate_candidate_link",
       "gate_task_id, candidate_task_id, created_at",
       t2 + "," + t1 + ", INSTANT",
       {"1"},
       true,
       "",
       "gate_task_id = '" + task_id("05") + "'",
       "candidate_order = 9"},
      {"integration_attempt",
       "task_id, result, started_at",
       t1 + ", 'success', INSTANT",
       {"1"},
       true,
       "ended_at",
       "result = 'conflict'",
       "diagnostics = '[]'"},
      {"artifact",
       "task_id, agent_id, created_at",
       t1 + ", 'a', INSTANT",
       {"1"},
       true,
       "",
       "check_status = 'passed'",
       "touched_files = '[1]'"},
      {"lease",
       "task_id, agent_id, status, created_at, expires_at, heartbeat_at",
       t1 + ", 'a', 'open', INSTANT, INSTANT, INSTANT",
       {"1"},
       true,
       "",
       "agent_id = 'b'",
       "heartbeat_at = '2025-01-01', released_at = '2025-01-01', status = 'done'"},
      {"plan_change_set",
       "base_plan_version, target_plan_version, status, created_at, applied_at",
       "1, 2, 'applied', INSTANT, INSTANT",
       {"-"},
       true,
       "",
       "operations = '[1]'",
       "target_plan_version = 3"},
  };
  return rows;
}

inline void make_change_project(readmodel::Session& session) { make_event_project(session); }

inline void insert_change_row(readmodel::Session& session, const std::string& table, const std::string& instant) {
  for (const auto& row : change_rows()) {
    if (row.table != table) continue;
    auto values = row.values;
    for (auto at = values.find("INSTANT"); at != std::string::npos; at = values.find("INSTANT"))
      values.replace(at, 7, "'" + instant + "'");
    run_sql(session, "INSERT INTO " + table + " (id, project_id, " + row.columns + ") VALUES ('" + task_id("01") +
                         "', '" + kChangeProject + "', " + values + ")");
  }
}

// What is in metrics_dirty, one row a line, sorted: source, id and task by their last digits, since. Empties it.
inline std::string take_dirty(readmodel::Session& session) {
  auto text = sql_value(session, R"(
    SELECT coalesce(string_agg(concat_ws(' ', source,
                                         coalesce(nullif(ltrim(split_part(source_id, '-', 5), '0'), ''), source_id),
                                         coalesce(ltrim(split_part(task_id::text, '-', 5), '0'), '-'),
                                         coalesce(since::text, '-')) || E'\n', ''
                               ORDER BY source, source_id, task_id, since, project_id), '')
    FROM metrics_dirty)");
  run_sql(session, "DELETE FROM metrics_dirty");
  return text;
}

// Lets the server know what this session did: discoveries see deletions by its statistics.
inline void flush_statistics(readmodel::Session& session) {
  run_sql(session, "SELECT pg_stat_force_next_flush()");
  run_sql(session, "SELECT 1");
}

}  // namespace tidemark::tests
