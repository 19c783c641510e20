// One connection to PostgreSQL and its transactions. The only place where libpqxx is used directly, and where its
// exceptions become tidemark::Error; everything that differs between libpqxx 6.4 and 7.10 is in session.cpp.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "contracts/bucket.hpp"
#include "contracts/embedded_text.hpp"
#include "contracts/error.hpp"
#include "contracts/time.hpp"
#include "contracts/uuid.hpp"

namespace tidemark::readmodel {

struct ConnectionSettings {
  std::string url;                            // a libpq connection string or URI; empty: libpq's own PG* variables
  std::string schema = "public";              // where Tidemark's tables are
  std::string source_schema = "public";       // where the source tables are
  std::string application_name = "tidemark";  // what pg_stat_activity shows
};

// A statement's parameter: its text form, or NULL.
class Param {
 public:
  Param(std::nullopt_t) {}
  Param(std::string text) : text_(std::move(text)) {}
  Param(std::string_view text) : text_(std::string{text}) {}
  Param(const char* text) : text_(text) {}
  template <typename Integer, std::enable_if_t<std::is_integral_v<Integer>, int> = 0>
  Param(Integer value) : text_(std::is_same_v<Integer, bool> ? (value ? "t" : "f") : std::to_string(value)) {}
  Param(const Uuid& id) : text_(to_string(id)) {}
  Param(Instant t) : text_(format_instant(t)) {}
  Param(Grain grain) : text_(std::string{to_string(grain)}) {}
  template <typename T>
  Param(const std::optional<T>& value) : text_(value ? Param{*value}.text_ : std::nullopt) {}
  // A one-dimensional array literal of the items' text forms.
  template <typename T>
  Param(const std::vector<T>& items) : text_(array_literal({items.begin(), items.end()})) {}

  const std::optional<std::string>& text() const { return text_; }

 private:
  static std::string array_literal(const std::vector<Param>& items);
  std::optional<std::string> text_;
};

using Params = std::vector<Param>;

// What a transaction promises about what it sees.
enum class Isolation {
  read_committed,   // each statement its own snapshot
  repeatable_read,  // one snapshot for the whole transaction
};

class Session;

// A transaction; rolled back unless commit() returns. Thread safety: none, like its session.
class Transaction {
 public:
  Transaction(Session& session, Isolation isolation);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // Runs a statement of a .sql file; it is prepared at its first use in the session.
  // Errors: tidemark::Error with the statement's name.
  pqxx::result exec(const Statement& statement, const Params& params = {});

  // Errors: tidemark::Error; in_doubt() where the connection went away before the server's answer.
  void commit();

  Session& session() { return session_; }
  // For COPY (see copy_writer.hpp) and nothing else.
  pqxx::transaction_base& pqxx_transaction() { return *transaction_; }

 private:
  Session& session_;
  std::unique_ptr<pqxx::transaction_base> transaction_;
};

// A connection with search_path (schema, then source_schema), UTC, ISO dates and the application name set.
// Errors: the constructor throws tidemark::Error of kind unreachable, in one line with the remedy and without the
// password; of kind failed where the server is older than PostgreSQL 15.
class Session {
 public:
  explicit Session(const ConnectionSettings& settings);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  const ConnectionSettings& settings() const { return settings_; }
  int server_version() const;  // as libpq counts: 150020
  pqxx::connection& pqxx_connection() { return *connection_; }

 private:
  friend class Transaction;
  ConnectionSettings settings_;
  std::unique_ptr<pqxx::connection> connection_;
  std::vector<const Statement*> prepared_;  // statements have static storage
};

// Calls `work`, whose body is `Transaction` .. `commit()`, again at once after a retryable failure, `attempts` times at
// most. Safe after an in-doubt commit only where `work` replaces rather than adds (ADR: in-doubt replay).
template <typename Work>
auto retry(Work&& work, int attempts = 5) {
  for (int attempt = 1;; ++attempt) {
    try {
      return work();
    } catch (const Error& error) {
      if (!error.retryable() || attempt >= attempts) throw;
    }
  }
}

// The SQLSTATE of a connection that went away; libpqxx gives none.
inline constexpr std::string_view kConnectionLost = "08006";

// Runs `body`, turning every libpqxx exception into tidemark::Error. `statement` names what was running.
[[noreturn]] void rethrow_translated(std::string_view statement);
template <typename Body>
auto translated(std::string_view statement, Body&& body) {
  try {
    return body();
  } catch (const Error&) {
    throw;
  } catch (...) {
    rethrow_translated(statement);
  }
}

}  // namespace tidemark::readmodel
