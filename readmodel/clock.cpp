#include "readmodel/clock.hpp"

#include "readmodel/statements.hpp"

namespace tidemark::readmodel {

Instant database_clock(Transaction& tx) {
  const auto micros = tx.exec(sql::database_clock)[0][0].as<std::int64_t>();
  return Instant{Micros{micros}};
}

}  // namespace tidemark::readmodel
