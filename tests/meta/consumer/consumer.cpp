// Uses each of the installed libraries, without a database.
#include <cstdio>

#include "contracts/rows.hpp"
#include "migrations/migration.hpp"
#include "readmodel/session.hpp"

int main() {
  tidemark::readmodel::ConnectionSettings settings;
  settings.url = "host=/nonexistent";
  try {
    const tidemark::readmodel::Session session{settings};
  } catch (const tidemark::Error& error) {
    const bool knows_migrations = tidemark::migrations::parse_set("readmodel").has_value();
    std::printf("contract %s\n", std::string{tidemark::kContractVersion}.c_str());
    return error.kind() == tidemark::ErrorKind::unreachable && knows_migrations ? 0 : 1;
  }
  return 1;
}
