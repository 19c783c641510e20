// What happens to a database in a property test, as plain values: the same steps replay to the same end, any of them
// may be left out, and they can be printed and read back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "contracts/retention.hpp"
#include "contracts/time.hpp"
#include "support/source_rows.hpp"

namespace tidemark::tests {

// Writers are sessions: what one does is one transaction until it commits or rolls back.
struct Write {
  int writer;
  SourceRow row;  // new, or in the place of the row with its key
};
struct Remove {
  int writer;
  std::string table;
  std::string key;
};
struct Commit {
  int writer;
};
struct Rollback {
  int writer;
};

enum class CrashWay {
  error,                  // a statement fails
  serialization_failure,  // the same, in a way that is worth another try
  lost_connection,        // the server ends the session amid a statement
  error_at_commit,        // the commit itself fails
  lost_at_commit,         // the server ends the session amid the commit
  at_any_time             // the server ends the session whatever it is doing
};

// What a refresh dies of.
struct Crash {
  CrashWay way;
  std::string table;  // one of Tidemark's own; empty: at_any_time
  int at;             // at the n-th row written to it; microseconds for at_any_time
};

struct Refresh {
  Instant as_of;
  RetentionDays retention;
  std::optional<Crash> crash;  // then it is run once more, without
  bool compacted = false;      // floors are moved first, and what is below them is deleted
};

using Step = std::variant<Write, Remove, Commit, Rollback, Refresh>;
using Steps = std::vector<Step>;

// One line each. Errors: read_steps() throws std::exception at a line that is none.
std::string text_of(const Step& step);
std::string text_of(const Steps& steps);
Steps read_steps(const std::string& text);

}  // namespace tidemark::tests
