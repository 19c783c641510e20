// What the retention policies name at an instant, in plain SQL from the specification's sentences, and what stands.
// Spec: jobs, "Compaction".
#pragma once

#include <string>
#include <vector>

#include "contracts/retention.hpp"
#include "readmodel/session.hpp"

namespace tidemark::tests {

// A metric's week that is left in place on purpose.
struct LeftInPlace {
  Uuid project;
  std::string metric;
  Instant week;
};

// At that as-of, for all projects and the books.
struct Retained {
  Instant as_of;
  std::vector<LeftInPlace> left;
};

// How many rows stand that no policy names, by kind of row: "trend hour and day 3"; empty: none.
std::string rows_past_their_policy(readmodel::Session& session, const Retained& retained);

// A fingerprint of the rows that have a policy and are named by it, and of all that have one: taken before a compaction
// and after it, they must be equal. Each row counts with the transaction that wrote it.
std::string fingerprint_of_named_rows(readmodel::Session& session, const Retained& retained);
std::string fingerprint_of_all_rows(readmodel::Session& session);

}  // namespace tidemark::tests
