#include "support/source_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "support/sql.hpp"

namespace tidemark::tests {
namespace {

constexpr std::size_t kRowsPerStatement = 5000;

// One insert of all rows given, each at most once per key.
std::string insert_sql(pqxx::transaction_base& tx, const std::string& table, const nlohmann::json& rows) {
  std::string names;
  std::string values;
  std::string updates;
  for (const auto& [name, value] : rows.front().items()) {
    names += (names.empty() ? "" : ", ") + name;
    values += (values.empty() ? "r." : ", r.") + name;
    updates += (updates.empty() ? "" : ", ") + name + " = excluded." + name;
  }
  const std::string key = table == "event_log" ? "(correlation_id) WHERE correlation_id IS NOT NULL" : "(id)";
  return fmt::format(
      "INSERT INTO {0} ({1}) SELECT {2} FROM jsonb_populate_recordset(NULL::{0}, {3}::jsonb) WITH ORDINALITY AS r "
      "ORDER BY r.ordinality ON CONFLICT {4} DO UPDATE SET {5}",
      table, names, values, tx.quote(rows.dump()), key, updates);
}

// The rows of one table in pieces that one statement can take: in none of them does a key occur twice.
std::vector<nlohmann::json> pieces(const std::vector<const SourceRow*>& rows) {
  std::vector<nlohmann::json> all;
  std::map<std::string, std::size_t> place;  // of a key in the last piece
  for (const auto* row : rows) {
    const auto key = key_of(*row);
    const auto known = place.find(key);
    if (!key.empty() && known != place.end()) {
      all.back()[known->second] = row->columns;
      continue;
    }
    if (all.empty() || all.back().size() == kRowsPerStatement) {
      all.push_back(nlohmann::json::array());
      place.clear();
    }
    if (!key.empty()) place.emplace(key, all.back().size());
    all.back().push_back(row->columns);
  }
  return all;
}

}  // namespace

std::string key_of(const SourceRow& row) {
  const auto found = row.columns.find(row.table == "event_log" ? "correlation_id" : "id");
  return found == row.columns.end() || found->is_null() ? "" : found->get<std::string>();
}

void write_rows(pqxx::transaction_base& tx, const std::vector<SourceRow>& rows) {
  std::map<std::string, std::vector<const SourceRow*>> by_table;
  for (const auto& row : rows) by_table[row.table].push_back(&row);
  std::vector<std::string> tables;
  for (const auto& [table, of_table] : by_table) tables.push_back(table);
  // The only reference that the tables enforce is that to the project.
  std::stable_partition(tables.begin(), tables.end(), [](const std::string& table) { return table == "project"; });

  for (const auto& table : tables)
    for (const auto& piece : pieces(by_table[table])) tx.exec(insert_sql(tx, table, piece));
}

void write_rows(readmodel::Session& session, const std::vector<SourceRow>& rows) {
  readmodel::translated("write source rows", [&] {
    pqxx::work tx(session.pqxx_connection());
    write_rows(tx, rows);
    tx.commit();
  });
}

}  // namespace tidemark::tests
