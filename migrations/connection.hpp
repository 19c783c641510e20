// The migrator's way to PostgreSQL. The only file pair of this folder that uses libpqxx, where its versions 6.4
// and 7.10 differ, and where its exceptions become tidemark::Error. (readmodel has its own, with pools and prepared
// statements; neither folder may include the other.)
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/embedded_text.hpp"

namespace tidemark::migrations {

// Rows of text values.
using Row = std::vector<std::optional<std::string>>;
using Rows = std::vector<Row>;

// A connection that reports as `tidemark migrate` and counts time in UTC. Thread safety: none.
// Errors: the constructor throws tidemark::Error of kind unreachable, in one line with the remedy; of kind failed where
// the server is older than PostgreSQL 15.
class Connection {
 public:
  explicit Connection(const std::string& url);  // empty: libpq's own PG* variables
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

 private:
  friend class Work;
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

// A READ COMMITTED transaction; rolled back unless commit() returns.
class Work {
 public:
  explicit Work(Connection& connection);
  ~Work();
  Work(const Work&) = delete;
  Work& operator=(const Work&) = delete;

  // Errors: tidemark::Error naming the statement.
  Rows exec(const Statement& statement, const std::vector<std::string>& params = {});
  // A statement that answers with one value, not NULL.
  std::string value(const Statement& statement, const std::vector<std::string>& params = {});
  bool holds(const Statement& statement, const std::vector<std::string>& params = {});

  // Runs a whole file of statements. Errors: tidemark::Error naming `file`.
  void run_file(const std::string& file, std::string_view sql);

  // The one place where an identifier enters a statement: CREATE SCHEMA takes no parameter.
  void create_schema(const std::string& name);

  void commit();

 private:
  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

// `{"a","b"}`: a text[] parameter.
std::string array_parameter(const std::vector<std::string>& items);

}  // namespace tidemark::migrations
