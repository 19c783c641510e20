// Plain SQL for arranging and checking a test's database, on the test's own session.
#pragma once

#include <pqxx/pqxx>
#include <string>

#include "readmodel/session.hpp"

namespace tidemark::tests {

// Runs one or more statements and commits.
inline void run_sql(readmodel::Session& session, const std::string& sql) {
  readmodel::translated("test", [&] {
    pqxx::work tx(session.pqxx_connection());
    tx.exec(sql);
    tx.commit();
  });
}

// The first column of the first row as text; "NULL" where it is NULL, "" where there is no row.
inline std::string sql_value(readmodel::Session& session, const std::string& sql) {
  return readmodel::translated("test", [&] {
    pqxx::work tx(session.pqxx_connection());
    const auto result = tx.exec(sql);
    if (result.empty()) return std::string{};
    const auto row = result[0];
    return row[0].is_null() ? std::string{"NULL"} : std::string{row[0].c_str()};
  });
}

}  // namespace tidemark::tests
