#include "support/source_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "support/sql.hpp"

namespace tidemark::tests {
namespace {

constexpr std::size_t kRowsPerStatement = 5000;

// One insert of all rows given, each at most once per id.
std::string insert_sql(pqxx::work& tx, const std::string& table, const nlohmann::json& rows) {
  std::string names;
  std::string values;
  std::string updates;
  for (const auto& [name, value] : rows.front().items()) {
    names += (names.empty() ? "" : ", ") + name;
    values += (values.empty() ? "r." : ", r.") + name;
    updates += (updates.empty() ? "" : ", ") + name + " = excluded." + name;
  }
  const auto conflict = table == "event_log" ? "" : fmt::format(" ON CONFLICT (id) DO UPDATE SET {}", updates);
  return fmt::format(
      "INSERT INTO {0} ({1}) SELECT {2} FROM jsonb_populate_recordset(NULL::{0}, {3}::jsonb) WITH ORDINALITY AS r "
      "ORDER BY r.ordinality{4}",
      table, names, values, tx.quote(rows.dump()), conflict);
}

// The rows of one table in pieces that one statement can take: in none of them does an id occur twice.
std::vector<nlohmann::json> pieces(const std::vector<const SourceRow*>& rows) {
  std::vector<nlohmann::json> all;
  std::map<std::string, std::size_t> place;  // of an id in the last piece
  for (const auto* row : rows) {
    const auto id = row->columns.value("id", "");
    const auto known = place.find(id);
    if (!id.empty() && known != place.end()) {
      all.back()[known->second] = row->columns;
      continue;
    }
    if (all.empty() || all.back().size() == kRowsPerStatement) {
      all.push_back(nlohmann::json::array());
      place.clear();
    }
    if (!id.empty()) place.emplace(id, all.back().size());
    all.back().push_back(row->columns);
  }
  return all;
}

}  // namespace

void write_rows(readmodel::Session& session, const std::vector<SourceRow>& rows) {
  std::map<std::string, std::vector<const SourceRow*>> by_table;
  for (const auto& row : rows) by_table[row.table].push_back(&row);
  std::vector<std::string> tables;
  for (const auto& [table, of_table] : by_table) tables.push_back(table);
  // The only reference that the tables enforce is that to the project.
  std::stable_partition(tables.begin(), tables.end(), [](const std::string& table) { return table == "project"; });

  readmodel::translated("write source rows", [&] {
    pqxx::work tx(session.pqxx_connection());
    for (const auto& table : tables)
      for (const auto& piece : pieces(by_table[table])) tx.exec(insert_sql(tx, table, piece));
    tx.commit();
  });
}

}  // namespace tidemark::tests
