#include "migrations/source_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <map>

#include "migrations/connection.hpp"
#include "migrations/statements.hpp"

namespace tidemark::migrations {
namespace {

// What a column may be: the basic types that the readers' casts allow, and how to say so.
struct ColumnType {
  std::string_view expected;
  std::initializer_list<std::string_view> basic_types;
};

const ColumnType kId{"uuid or text", {"uuid", "text", "varchar", "bpchar"}};
const ColumnType kText{"text or an enum", {"text", "varchar", "bpchar", "citext", "name", "enum", "uuid"}};
const ColumnType kInteger{"an integer", {"int2", "int4", "int8"}};
const ColumnType kInstant{"timestamptz", {"timestamptz", "timestamp"}};
const ColumnType kDate{"date or timestamptz", {"date", "timestamptz", "timestamp"}};
const ColumnType kJson{"jsonb", {"jsonb", "json"}};
const ColumnType kTexts{"text[]", {"_text", "_varchar", "_bpchar", "jsonb", "json"}};

struct Column {
  std::string_view name;
  const ColumnType& type;
  std::string_view off = {};  // not empty: optional, and this is what is off without it
};

struct Table {
  std::string_view name;
  std::string_view off;  // as above
  std::vector<Column> columns;
};

constexpr std::string_view kRequired = {};

const std::vector<Table>& tables() {
  static const std::vector<Table> kTables{
      {"project", kRequired, {{"id", kId}, {"name", kText}, {"status", kText}}},
      {"task",
       kRequired,
       {{"id", kId},
        {"project_id", kId},
        {"phase_id", kId},
        {"milestone_id", kId},
        {"short_id", kText},
        {"title", kText},
        {"priority", kInteger},
        {"task_class", kText},
        {"capability_tags", kTexts},
        {"created_at", kInstant}}},
      {"event_log",
       kRequired,
       {{"id", kInteger},
        {"project_id", kId},
        {"entity_type", kText},
        {"entity_id", kId},
        {"event_type", kText},
        {"payload", kJson},
        {"caused_by", kText},
        {"created_at", kInstant}}},
      {"phase",
       "the phase dimension (all tasks count as unassigned)",
       {{"id", kId}, {"project_id", kId}, {"name", kText}}},
      {"milestone",
       "the milestone dimension, and schedule reliability in delivery_predictability_index",
       {{"id", kId},
        {"project_id", kId},
        {"name", kText},
        {"planned_start_date", kDate, "planned durations in schedule reliability (7 days are assumed)"},
        {"planned_completion_date", kDate, "schedule reliability in delivery_predictability_index"},
        {"actual_completion_date", kDate,
         "given completions in schedule reliability (that of the last task is taken)"}}},
      {"lease",
       "assignees by lease (event_log.caused_by alone names them)",
       {{"id", kId}, {"project_id", kId}, {"task_id", kId}, {"agent_id", kText}, {"created_at", kInstant}}},
      {"gate_rule",
       "gate_latency, reviewer_load, and the review stage of bottleneck_contribution",
       {{"id", kId}, {"project_id", kId}, {"name", kText}, {"scope", kJson}}},
      {"gate_decision",
       "gate_latency, reviewer_load, and the review stage of bottleneck_contribution",
       {{"id", kId},
        {"project_id", kId},
        {"gate_rule_id", kId},
        {"task_id", kId},
        {"outcome", kText},
        {"actor_id", kText},
        {"created_at", kInstant}}},
      {"gate_candidate_link",
       "gate queue lengths (gate_latency counts from entering implemented)",
       {{"id", kId}, {"project_id", kId}, {"gate_task_id", kId}, {"candidate_task_id", kId}, {"created_at", kInstant}}},
      {"integration_attempt",
       "integration_outcomes and integration_reliability_score",
       {{"id", kId},
        {"project_id", kId},
        {"task_id", kId},
        {"result", kText},
        {"started_at", kInstant},
        {"ended_at", kInstant}}},
      {"artifact",
       "the quality gate score in health_at_a_glance",
       {{"id", kId}, {"project_id", kId}, {"check_status", kText}, {"created_at", kInstant}}},
      {"dependency_edge",
       "dependency_risk",
       {{"id", kId},
        {"project_id", kId},
        {"from_task_id", kId},
        {"to_task_id", kId},
        {"unlock_on", kText},
        {"created_at", kInstant}}},
      {"plan_change_set",
       "replan_churn",
       {{"id", kId}, {"project_id", kId}, {"status", kText}, {"operations", kJson}, {"applied_at", kInstant}}},
  };
  return kTables;
}

struct FoundColumn {
  std::string type;
  std::string basic_type;
};
using FoundTables = std::map<std::string, std::map<std::string, FoundColumn, std::less<>>, std::less<>>;

FoundTables read_columns(const std::string& url, const std::string& schema) {
  Connection connection(url);
  Work work(connection);
  FoundTables found;
  for (auto& row : work.exec(sql::source_columns, {schema, array_parameter(source_table_names())}))
    found[*row[0]][*row[1]] = {*row[2], *row[3]};
  return found;
}

SourceFinding finding(std::string_view off, std::string_view table, std::string_view column = {}) {
  SourceFinding out;
  out.need = off.empty() ? Need::required : Need::optional;
  out.table = table;
  out.column = column;
  out.effect = off;
  return out;
}

}  // namespace

std::string SourceFinding::text() const {
  std::string out = column.empty()  ? fmt::format("table {} is missing", table)
                    : found.empty() ? fmt::format("{}.{} is missing ({} expected)", table, column, expected)
                                    : fmt::format("{}.{} is {} ({} expected)", table, column, found, expected);
  if (!effect.empty()) out += "; off without it: " + effect;
  return out;
}

std::vector<std::string> source_table_names() {
  std::vector<std::string> names;
  for (const auto& table : tables()) names.emplace_back(table.name);
  return names;
}

std::vector<SourceFinding> check_sources(const std::string& url, const std::string& schema) {
  const auto found = read_columns(url, schema);
  std::vector<SourceFinding> findings;
  for (const auto& table : tables()) {
    const auto found_table = found.find(table.name);
    if (found_table == found.end()) {
      findings.push_back(finding(table.off, table.name));
      continue;
    }
    for (const auto& column : table.columns) {
      const auto found_column = found_table->second.find(column.name);
      const bool missing = found_column == found_table->second.end();
      const auto& types = column.type.basic_types;
      if (!missing && std::find(types.begin(), types.end(), found_column->second.basic_type) != types.end()) continue;
      // A column that is there with a type that cannot be read stops the reader, optional or not.
      auto& added = findings.emplace_back(finding(missing ? column.off : kRequired, table.name, column.name));
      added.expected = column.type.expected;
      if (!missing) added.found = found_column->second.type;
    }
  }
  return findings;
}

}  // namespace tidemark::migrations
