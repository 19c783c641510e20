#include "migrations/connection.hpp"

#include <fmt/format.h>

#include <pqxx/pqxx>

#include "contracts/error.hpp"
#include "contracts/server_message.hpp"
#include "migrations/statements.hpp"

namespace tidemark::migrations {
namespace {

constexpr int kMinServerVersion = 150000;
// 6.4 has no sqlstate on its broken_connection; a lost connection is class 08 by definition.
constexpr const char* kConnectionLost = "08006";
constexpr const char* kNoPrivilege = "42501";

std::string remedy_for(const std::string& sqlstate) {
  if (sqlstate == "42P07" || sqlstate == "42710" || sqlstate == "42P06")
    return "; it is not of this Tidemark: name another schema with --schema or --source-schema, or drop it";
  if (sqlstate == kNoPrivilege) return "; migrations run as the owner of the tables: name a user who may create them";
  if (sqlstate == "25006") return "; name the primary server";
  if (sqlstate == "2BP01") return "; drop what depends on it first";
  if (sqlstate == "23503") return "; delete the rows of projects that do not exist, and run it again";
  if (sqlstate == "53100") return "; free space on the server's disk and run it again";
  return "";
}

[[noreturn]] void rethrow_translated(std::string_view where) {
  const std::string name{where};
  try {
    throw;
  } catch (const pqxx::in_doubt_error& e) {
    throw Error(
        ErrorKind::unreachable,
        fmt::format("the connection was lost while {} was being committed: {}; run it again, what was applied is "
                    "not applied twice",
                    where, one_line_server_message(e.what())),
        {kConnectionLost, name, true});
  } catch (const pqxx::insufficient_privilege& e) {  // without an sqlstate in 6.4
    throw Error(ErrorKind::failed,
                fmt::format("{}: {}{}", where, one_line_server_message(e.what()), remedy_for(kNoPrivilege)),
                {kNoPrivilege, name});
  } catch (const pqxx::sql_error& e) {
    throw Error(ErrorKind::failed,
                fmt::format("{}: {}{}", where, one_line_server_message(e.what()), remedy_for(e.sqlstate())),
                {e.sqlstate(), name});
  } catch (const pqxx::broken_connection& e) {
    throw Error(ErrorKind::unreachable,
                fmt::format("{}: the connection to the database was lost: {}; check the server and run it again, each "
                            "migration is applied as a whole or not at all",
                            where, one_line_server_message(e.what())),
                {kConnectionLost, name});
  } catch (const pqxx::failure& e) {
    throw Error(ErrorKind::failed, fmt::format("{}: {}", where, one_line_server_message(e.what())), {"", name});
  }
}

template <typename Body>
auto translated(std::string_view where, Body&& body) {
  try {
    return body();
  } catch (const pqxx::failure&) {
    rethrow_translated(where);
  }
}

pqxx::result run(pqxx::transaction_base& transaction, std::string_view sql, const std::vector<std::string>& params) {
#if PQXX_VERSION_MAJOR < 7
  return transaction.exec_params(std::string{sql}, pqxx::prepare::make_dynamic_params(params));
#else
  pqxx::params values;
  for (const auto& param : params) values.append(param);
  return transaction.exec(std::string{sql}, values);
#endif
}

}  // namespace

struct Connection::Implementation {
  explicit Implementation(const std::string& url) : handle(url) {
#if PQXX_VERSION_MAJOR < 7
    // A silent reconnect would lose the lock and the search path. Deprecated since 7 no longer reconnects.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    handle.inhibit_reactivation(true);
#pragma GCC diagnostic pop
#endif
  }
  pqxx::connection handle;
};

struct Work::Implementation {
  explicit Implementation(pqxx::connection& connection) : handle(connection) {}
  pqxx::transaction<pqxx::isolation_level::read_committed> handle;
};

Connection::Connection(const std::string& url) {
  try {
    implementation_ = std::make_unique<Implementation>(url);
  } catch (const pqxx::failure& e) {
    const auto message = one_line_server_message(e.what());
    throw Error(is_malformed_connection(message) ? ErrorKind::usage : ErrorKind::unreachable,
                fmt::format("cannot connect to the database: {}; {}", message, connection_remedy(message)),
                {kConnectionLost, "connect"});
  }
  const int version = implementation_->handle.server_version();
  if (version < kMinServerVersion)
    throw Error(ErrorKind::failed,
                fmt::format("the server is PostgreSQL {}; Tidemark needs 15 or newer: upgrade it, or "
                            "name another server",
                            version / 10000));
  Work work(*this);
  work.exec(sql::set_up_connection);
  work.commit();
}

Connection::~Connection() = default;

Work::Work(Connection& connection)
    : implementation_(
          translated("begin", [&] { return std::make_unique<Implementation>(connection.implementation_->handle); })) {}

Work::~Work() = default;

Rows Work::exec(const Statement& statement, const std::vector<std::string>& params) {
  return translated(statement.name, [&] {
    const auto result = run(implementation_->handle, statement.text, params);
    Rows rows;
    for (pqxx::result::size_type i = 0; i < result.size(); ++i) {
      Row& row = rows.emplace_back();
      for (pqxx::row::size_type j = 0; j < result.columns(); ++j)
        row.push_back(result[i][j].is_null() ? std::nullopt : std::optional<std::string>{result[i][j].c_str()});
    }
    return rows;
  });
}

std::string Work::value(const Statement& statement, const std::vector<std::string>& params) {
  const auto rows = exec(statement, params);
  if (rows.size() != 1 || rows[0].size() != 1 || !rows[0][0])
    throw Error(ErrorKind::failed, fmt::format("{}: one value was expected", statement.name),
                {"", std::string{statement.name}});
  return *rows[0][0];
}

bool Work::holds(const Statement& statement, const std::vector<std::string>& params) {
  return value(statement, params) == "t";
}

void Work::run_file(const std::string& file, std::string_view sql) {
  translated(file, [&] { implementation_->handle.exec(std::string{sql}); });
}

void Work::create_schema(const std::string& name) {
  translated("create schema", [&] {
    implementation_->handle.exec("CREATE SCHEMA IF NOT EXISTS " + implementation_->handle.quote_name(name));
  });
}

void Work::commit() {
  translated("the migration", [&] { implementation_->handle.commit(); });
}

std::string array_parameter(const std::vector<std::string>& items) {
  std::string out = "{";
  for (const auto& item : items) {
    if (out.size() > 1) out += ',';
    out += '"';
    for (const char c : item) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return out += '}';
}

}  // namespace tidemark::migrations
