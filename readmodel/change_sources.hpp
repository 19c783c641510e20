// The mutable sources, and how their changes are found: by the triggers of the capture set where they are there (looked
// for each time, never taken from a flag), else by a cursor. Spec: jobs, "Incremental refresh", rule 2.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/embedded_text.hpp"
#include "readmodel/session.hpp"

namespace tidemark::readmodel {

enum class ChangeMethod {
  capture,  // triggers mark each change in the transaction that makes it: exact
  cursor,   // looked for by instants: see change_discovery.hpp for what that leaves to reconcile
  none,     // neither: an instant of a type that cannot be compared
};

struct ChangeSource {
  std::string table;
  ChangeMethod method = ChangeMethod::cursor;
  std::vector<std::string> uncaptured;  // operations that no trigger reports: INSERT, UPDATE, DELETE, TRUNCATE
  std::string odd_instants;             // columns of a type that cannot be compared; empty: none
  std::optional<std::int64_t> bytes;    // with its partitions; nullopt: a view
  // The server's own count of row changes; another one where something happened since. nullopt: a view.
  std::optional<std::int64_t> activity;
};

// Those that exist in the schema of the sources, in a fixed order. One catalogue query.
std::vector<ChangeSource> find_change_sources(Transaction& tx);

// event_log in the same terms: new events are the watermark's, so INSERT is not missed; method: capture or none.
// nullopt: there is none.
std::optional<ChangeSource> find_event_capture(Transaction& tx);

// What reads a mutable source's changes and counts its rows.
struct ChangeStatements {
  std::string_view table;
  const Statement& mark;
  const Statement& count;
};

const std::vector<ChangeStatements>& change_statements();

}  // namespace tidemark::readmodel
