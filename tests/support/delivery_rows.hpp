// A project with rows in every delivery source, the two jobs run on it, and what they stored, for tests that change the
// sources around the same rows.
#pragma once

#include <map>
#include <string>

#include "readmodel/session.hpp"

namespace tidemark::tests {

// Two dozen tasks of February and March 2024, in tables as migrations/sources makes them.
extern const char* const kDeliveryRows;

// Full refresh and snapshot at the first slot of 10 March 2024.
void refresh_and_snapshot(const readmodel::ConnectionSettings& connection);

// The rows of the four tables by table and natural key, without the instants of their writing; a summary by its members
// ("summary {} operational.gates").
using Dump = std::map<std::string, std::string>;
Dump dump_read_model(readmodel::Session& session);

}  // namespace tidemark::tests
