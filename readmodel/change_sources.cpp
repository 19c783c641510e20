#include "readmodel/change_sources.hpp"

#include <array>
#include <utility>

#include "readmodel/source_cursor.hpp"
#include "readmodel/sources/row_reader.hpp"
#include "readmodel/statements.hpp"

namespace tidemark::readmodel {
namespace {

struct Operation {
  std::int64_t bit;  // of pg_trigger.tgtype
  const char* name;
};

constexpr std::array<Operation, 4> kOperations{{{4, "INSERT"}, {16, "UPDATE"}, {8, "DELETE"}, {32, "TRUNCATE"}}};

std::vector<ChangeSource> find(Transaction& tx, const std::vector<std::string>& tables) {
  const auto& settings = tx.session().settings();
  std::vector<ChangeSource> sources;
  for (const auto& stored : tx.exec(sql::find_change_sources, {tables, settings.source_schema, settings.schema})) {
    RowReader row(stored);
    auto& source = sources.emplace_back();
    source.table = row.text(0);
    const auto captured = row.integer(1);
    for (const auto& operation : kOperations)
      if ((captured & operation.bit) == 0) source.uncaptured.emplace_back(operation.name);
    source.odd_instants = row.text(2);
    if (!row.null(3)) source.bytes = row.integer(3);
    if (!row.null(4)) source.activity = row.integer(4);
    if (source.uncaptured.empty())
      source.method = ChangeMethod::capture;
    else if (!source.odd_instants.empty())
      source.method = ChangeMethod::none;
  }
  return sources;
}

}  // namespace

const std::vector<ChangeStatements>& change_statements() {
  static const std::vector<ChangeStatements> statements{
      {"phase", sql::mark_changed_phase, sql::count_phase},
      {"milestone", sql::mark_changed_milestone, sql::count_milestone},
      {"task", sql::mark_changed_task, sql::count_task},
      {"dependency_edge", sql::mark_changed_dependency_edge, sql::count_dependency_edge},
      {"gate_rule", sql::mark_changed_gate_rule, sql::count_gate_rule},
      {"gate_decision", sql::mark_changed_gate_decision, sql::count_gate_decision},
      {"gate_candidate_link", sql::mark_changed_gate_candidate_link, sql::count_gate_candidate_link},
      {"integration_attempt", sql::mark_changed_integration_attempt, sql::count_integration_attempt},
      {"artifact", sql::mark_changed_artifact, sql::count_artifact},
      {"lease", sql::mark_changed_lease, sql::count_lease},
      {"plan_change_set", sql::mark_changed_plan_change_set, sql::count_plan_change_set},
  };
  return statements;
}

std::vector<ChangeSource> find_change_sources(Transaction& tx) {
  std::vector<std::string> tables;
  for (const auto& statements : change_statements()) tables.emplace_back(statements.table);
  return find(tx, tables);
}

std::optional<ChangeSource> find_event_capture(Transaction& tx) {
  auto found = find(tx, {std::string{kEventLog}});
  if (found.empty()) return std::nullopt;
  auto& source = found.front();
  std::erase(source.uncaptured, "INSERT");
  source.method = source.uncaptured.empty() ? ChangeMethod::capture : ChangeMethod::none;
  return std::move(source);
}

}  // namespace tidemark::readmodel
