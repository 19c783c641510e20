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

// Writes the rows in one transaction. Those of one table keep their order, so event_log's ids ascend with it; a row
// whose id is there already takes the place of the older one.
void write_rows(readmodel::Session& session, const std::vector<SourceRow>& rows);

}  // namespace tidemark::tests
