#include "readmodel/session.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "contracts/server_message.hpp"

namespace tidemark::readmodel {
namespace {

constexpr int kMinServerVersion = 150000;

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
    const std::string message = one_line_server_message(e.what());
    throw Error(is_malformed_connection(message) ? ErrorKind::usage : ErrorKind::unreachable,
                fmt::format("cannot connect to the database: {}; {}", message, connection_remedy(message)),
                {std::string{kConnectionLost}, "connect"});
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
      " set_config('client_encoding', 'UTF8', false), set_config('application_name', $3, false),"
      // libpqxx begins a read-committed transaction with a plain BEGIN, which takes the role's default.
      " set_config('default_transaction_isolation', 'read committed', false)"};
  Transaction tx(*this, Isolation::read_committed);
  tx.exec(kSetUp, {settings.schema, settings.source_schema, settings.application_name});
  // Without this a misspelt schema would find the tables of another Tidemark in the schema of the sources.
  static const Statement kOwnTables{"find_own_tables",
                                    "SELECT to_regclass(quote_ident($1) || '.metrics_trend_point') IS NOT NULL"};
  const bool shared_schema = settings.schema == settings.source_schema;
  if (!shared_schema && std::string_view{tx.exec(kOwnTables, {settings.schema})[0][0].c_str()} != "t")
    throw Error(ErrorKind::failed,
                fmt::format("schema '{}' has no tables of Tidemark; run `tidemark migrate --schema {}`, "
                            "or name the right one with --schema",
                            settings.schema, settings.schema));
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
