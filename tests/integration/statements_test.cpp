// Every .sql file of the read model is a statement that PostgreSQL accepts on the migrated schema.
#include "readmodel/statements.hpp"

#include <algorithm>
#include <regex>
#include <sstream>

#include "support/catch.hpp"
#include "support/database.hpp"

using namespace tidemark;

namespace {

std::string code_of(const Statement& statement) {
  std::string code;
  std::istringstream lines{std::string{statement.text}};
  for (std::string line; std::getline(lines, line);) code += line.substr(0, line.find("--")) + '\n';
  return code;
}

bool begins_with(const std::string& code, const char* pattern) {
  return std::regex_search(code, std::regex{std::string{"^\\s*("} + pattern + ")\\b", std::regex::icase});
}

// What PostgreSQL has against it; empty: nothing.
std::string complaint(pqxx::dbtransaction& transaction, const std::string& sql) {
  try {
    pqxx::subtransaction attempt{transaction};
    attempt.exec(sql);
    attempt.commit();
    return {};
  } catch (const pqxx::sql_error& error) {
    return error.what();
  }
}

// Makes the temporary tables that other statements work on. They are made from each other, in an order of their own.
void make_staging_tables(pqxx::dbtransaction& transaction, std::vector<const Statement*> waiting) {
  const std::regex kParameter{"\\$\\d+"};
  for (bool progress = true; progress && !waiting.empty();) {
    const auto done = std::remove_if(waiting.begin(), waiting.end(), [&](const Statement* statement) {
      return complaint(transaction, std::regex_replace(code_of(*statement), kParameter, "NULL")).empty();
    });
    progress = done != waiting.end();
    waiting.erase(done, waiting.end());
  }
  for (const Statement* statement : waiting) {
    INFO(statement->name);
    CHECK(complaint(transaction, std::regex_replace(code_of(*statement), kParameter, "NULL")) == "");
  }
}

}  // namespace

TEST_CASE("every statement of the read model prepares against the migrated schema") {
  const tests::TestDatabase database;
  readmodel::Session session{database.connection()};
  pqxx::work transaction{session.pqxx_connection()};
  std::vector<const Statement*> staging;
  for (const Statement* statement : readmodel::sql::kAll)
    if (begins_with(code_of(*statement), "CREATE TEMPORARY TABLE")) staging.push_back(statement);
  make_staging_tables(transaction, staging);
  for (const Statement* statement : readmodel::sql::kAll) {
    const std::string code = code_of(*statement);
    if (!begins_with(code, "SELECT|WITH|INSERT|UPDATE|DELETE|VALUES")) continue;
    INFO(statement->name);
    CHECK(complaint(transaction, "PREPARE " + std::string{statement->name} + " AS " + code) == "");
  }
}
