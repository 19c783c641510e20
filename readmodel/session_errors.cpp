// How libpqxx's exceptions become tidemark::Error. libpqxx 6.4 gives many of them no SQLSTATE, so where the type tells
// which it is, it is set here.
#include <fmt/format.h>

#include "contracts/server_message.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {
namespace {

std::string_view remedy_for(std::string_view sqlstate) {
  if (sqlstate == "42501")
    return "; `GRANT SELECT` on source tables, and SELECT, INSERT, UPDATE, DELETE on Tidemark's own, to the user of "
           "the database URL; `tidemark doctor` names those that are missing";
  if (sqlstate == "42P01")
    return "; run `tidemark migrate` (with `--with-sources` where Tidemark shall make the source tables), or name the "
           "schema with --schema / --source-schema";
  if (sqlstate == "42703") return "; `tidemark doctor` names the columns that are missing";
  if (sqlstate == "53100") return "; the server's disk is full: free space there and run it again";
  if (sqlstate == "25006") return "; the server takes no writes: name the primary server";
  return "";
}

[[noreturn]] void fail(std::string_view sqlstate, std::string_view statement, const char* words) {
  const std::string where = statement.empty() ? "" : fmt::format(" (in {})", statement);
  throw Error(ErrorKind::failed, fmt::format("{}{}{}", one_line_server_message(words), where, remedy_for(sqlstate)),
              {std::string{sqlstate}, std::string{statement}});
}

[[noreturn]] void lose_connection(std::string_view statement, std::string_view words) {
  throw Error(ErrorKind::unreachable,
              fmt::format("the connection to the database was lost (in {}): {}; check the server and run it again, "
                          "nothing is half-written",
                          statement, words),
              {std::string{kConnectionLost}, std::string{statement}});
}

// The server ends sessions with a message before the connection breaks: class 57P, which is not the statement's fault.
bool ends_session(std::string_view sqlstate) { return sqlstate.substr(0, 3) == "57P"; }

}  // namespace

void rethrow_translated(std::string_view statement) {
  try {
    throw;
  } catch (const pqxx::in_doubt_error& e) {
    throw Error(
        ErrorKind::unreachable,
        fmt::format("the connection was lost while a transaction was being committed: {}; run it again, a repeat "
                    "changes nothing that is already there",
                    one_line_server_message(e.what())),
        {std::string{kConnectionLost}, std::string{statement}, true});
  } catch (const pqxx::serialization_failure& e) {
    fail("40001", statement, e.what());
  } catch (const pqxx::deadlock_detected& e) {
    fail("40P01", statement, e.what());
  } catch (const pqxx::unique_violation& e) {
    fail("23505", statement, e.what());
  } catch (const pqxx::insufficient_privilege& e) {
    fail("42501", statement, e.what());
  } catch (const pqxx::undefined_table& e) {
    fail("42P01", statement, e.what());
  } catch (const pqxx::undefined_column& e) {
    fail("42703", statement, e.what());
  } catch (const pqxx::disk_full& e) {
    fail("53100", statement, e.what());
  } catch (const pqxx::broken_connection& e) {
    lose_connection(statement, one_line_server_message(e.what()));
  } catch (const pqxx::sql_error& e) {
    if (ends_session(e.sqlstate())) lose_connection(statement, one_line_server_message(e.what()));
    fail(e.sqlstate(), statement, e.what());
  } catch (const pqxx::failure& e) {
    fail("", statement, e.what());
  }
}

}  // namespace tidemark::readmodel
