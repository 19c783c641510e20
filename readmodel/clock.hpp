// The database's clock: what decides whether an event lies in the future and what is due. Read once per run.
#pragma once

#include "readmodel/session.hpp"

namespace tidemark::readmodel {

Instant database_clock(Transaction& tx);

}  // namespace tidemark::readmodel
