// Rows of the source tables as values, and the one place that writes them into a test's database.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "readmodel/session.hpp"

namespace tidemark::tests {

// A row as its writer would send it: every column but event_log's id, which the database gives.
struct SourceRow {
  std::string table;
  nlohmann::json columns;  // an object; text forms, numbers, arrays of text[], jsonb values
};

// What a row is known by: its id, or correlation_id of an event. Empty: an event without.
std::string key_of(const SourceRow& row);

// Writes the rows in one transaction. Those of one table keep their order, so event_log's ids ascend with it; a row
// whose key is there already takes the place of the older one.
void write_rows(readmodel::Session& session, const std::vector<SourceRow>& rows);
// The same in a transaction that goes on. Errors: pqxx exceptions.
void write_rows(pqxx::transaction_base& tx, const std::vector<SourceRow>& rows);

}  // namespace tidemark::tests
