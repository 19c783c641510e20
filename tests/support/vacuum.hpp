// The tests' clusters run without autovacuum.
#pragma once

#include <pqxx/pqxx>

#include "readmodel/session.hpp"

namespace tidemark::tests {

// Every table of the database: dead rows go, and the planner learns what is there.
inline void vacuum(readmodel::Session& session) {
  readmodel::translated("vacuum", [&] {
    pqxx::nontransaction work(session.pqxx_connection());
    work.exec("VACUUM ANALYZE");
  });
}

}  // namespace tidemark::tests
