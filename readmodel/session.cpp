#include "readmodel/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

namespace tidemark::readmodel {
namespace {

constexpr int kMinServerVersion = 150000;

std::string one_line(std::string text) {
  // libpq's messages come with the server's severity, line breaks and the offending line of SQL.
  const auto line_end = text.find("\nLINE ");
  if (line_end != std::string::npos) text.resize(line_end);
  std::replace(text.begin(), text.end(), '\n', ' ');
  text = std::regex_replace(text, std::regex{"\\s+"}, " ");
  text = std::regex_replace(text, std::regex{"^(Failure during '[^']*': )?(ERROR|FATAL): +"}, "");
  while (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::string remedy_for_connection(const std::string& message) {
  const auto has = [&](std::string_view part) { return message.find(part) != std::string::npos; };
  if (has("password authentication failed") || has("no password supplied"))
    return "check the user and password in the database URL, PGPASSWORD or ~/.pgpass";
  if (has("database \"")) return "create the database, or name another one";
  if (has("role \"")) return "create the role, or name another user in the database URL";
  if (has("no pg_hba.conf entry") || has("Peer authentication failed"))
    return "the server's pg_hba.conf does not let this user in from here";
  if (has("could not translate host name")) return "check the host in the database URL";
  if (has("too many clients") || has("remaining connection slots")) return "raise max_connections or lower `workers`";
  return "check that the server runs and that the host and port of the database URL are right";
}

// 6.4 has no sqlstate on its broken_connection; a lost connection is class 08 by definition.
constexpr const char* kConnectionLost = "08006";

}  // namespace

std::string Param::array_literal(const std::vector<Param>& items) {
  std::string out = "{";
  for (const auto& item : items) {
    if (out.size() > 1) out += ',';
    if (!item.text_) {
      out += "NULL";
      continue;
    }
    out += '"';
    for (const char c : *item.text_) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return out += '}';
}

void rethrow_translated(std::string_view statement) {
  const std::string where = statement.empty() ? "" : fmt::format(" (in {})", statement);
  const std::string name{statement};
  try {
    throw;
  } catch (const pqxx::in_doubt_error& e) {
    throw Error(ErrorKind::unreachable,
                fmt::format("the connection was lost while a transaction was being committed{}: {}; run it again, a "
                            "repeat changes nothing that is already there",
                            where, one_line(e.what())),
                {kConnectionLost, name, true});
  } catch (const pqxx::insufficient_privilege& e) {
    throw Error(
        ErrorKind::failed,
        fmt::format("{}{}; `GRANT SELECT` on source tables, and SELECT, INSERT, UPDATE, DELETE on Tidemark's own, to "
                    "the user of the database URL",
                    one_line(e.what()), where),
        {e.sqlstate(), name});
  } catch (const pqxx::undefined_table& e) {
    throw Error(ErrorKind::failed,
                fmt::format("{}{}; run `tidemark migrate` (with `--with-sources` where Tidemark shall make the source "
                            "tables), or name the schema with --schema / --source-schema",
                            one_line(e.what()), where),
                {e.sqlstate(), name});
  } catch (const pqxx::disk_full& e) {
    throw Error(
        ErrorKind::failed,
        fmt::format("the server's disk is full{}: {}; free space there and run it again", where, one_line(e.what())),
        {e.sqlstate(), name});
  } catch (const pqxx::sql_error& e) {
    throw Error(ErrorKind::failed, fmt::format("{}{}", one_line(e.what()), where), {e.sqlstate(), name});
  } catch (const pqxx::broken_connection& e) {
    throw Error(
        ErrorKind::unreachable,
        fmt::format("the connection to the database was lost{}: {}; check the server and run it again, nothing is "
                    "half-written",
                    where, one_line(e.what())),
        {kConnectionLost, name});
  } catch (const pqxx::failure& e) {
    throw Error(ErrorKind::failed, fmt::format("{}{}", one_line(e.what()), where), {"", name});
  }
}

Session::Session(const ConnectionSettings& settings) : settings_(settings) {
  try {
    connection_ = std::make_unique<pqxx::connection>(settings.url);
#if PQXX_VERSION_MAJOR < 7
    // A silent reconnect would lose search_path and the snapshot. Deprecated since 7 no longer reconnects at all.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    connection_->inhibit_reactivation(true);
#pragma GCC diagnostic pop
#endif
  } catch (const std::exception& e) {
    const std::string message = one_line(e.what());
    throw Error(ErrorKind::unreachable,
                fmt::format("cannot connect to the database: {}; {}", message, remedy_for_connection(message)),
                {kConnectionLost, "connect"});
  }
  if (server_version() < kMinServerVersion)
    throw Error(ErrorKind::failed,
                fmt::format("the server is PostgreSQL {}; Tidemark needs 15 or newer: upgrade it, or name "
                            "another server",
                            server_version() / 10000));
  static const Statement kSetUp{
      "set_up_session",
      "SELECT set_config('search_path', quote_ident($1) || ', ' || quote_ident($2), false),"
      " set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO, YMD', false),"
      " set_config('IntervalStyle', 'iso_8601', false), set_config('extra_float_digits', '1', false),"
      " set_config('client_encoding', 'UTF8', false), set_config('application_name', $3, false)"};
  Transaction tx(*this, Isolation::read_committed);
  tx.exec(kSetUp, {settings.schema, settings.source_schema, settings.application_name});
  tx.commit();
}

Session::~Session() = default;

int Session::server_version() const { return connection_->server_version(); }

Transaction::Transaction(Session& session, Isolation isolation) : session_(session) {
  translated("begin", [&] {
    auto& connection = *session.connection_;
    if (isolation == Isolation::repeatable_read)
      transaction_ = std::make_unique<pqxx::transaction<pqxx::isolation_level::repeatable_read>>(connection);
    else
      transaction_ = std::make_unique<pqxx::transaction<pqxx::isolation_level::read_committed>>(connection);
  });
}

Transaction::~Transaction() = default;

pqxx::result Transaction::exec(const Statement& statement, const Params& params) {
  return translated(statement.name, [&] {
    auto& prepared = session_.prepared_;
    if (std::find(prepared.begin(), prepared.end(), &statement) == prepared.end()) {
      session_.connection_->prepare(std::string{statement.name}, std::string{statement.text});
      prepared.push_back(&statement);
    }
#if PQXX_VERSION_MAJOR < 7
    std::vector<const char*> values;
    for (const auto& param : params) values.push_back(param.text() ? param.text()->c_str() : nullptr);
    return transaction_->exec_prepared(std::string{statement.name}, pqxx::prepare::make_dynamic_params(values));
#else
    pqxx::params values;
    for (const auto& param : params) {
      if (param.text())
        values.append(std::string_view{*param.text()});
      else
        values.append();
    }
    return transaction_->exec(pqxx::prepped{std::string{statement.name}}, values);
#endif
  });
}

void Transaction::commit() {
  translated("commit", [&] { transaction_->commit(); });
}

}  // namespace tidemark::readmodel
