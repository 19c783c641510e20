// A database for cases: the source tables, the read model in public and a second, empty one beside it, and triggers
// by which a session can be made to die at a chosen write.
#pragma once

#include <string>

#include "property/steps.hpp"
#include "readmodel/session.hpp"

namespace tidemark::tests {

inline constexpr const char* kSecondSchema = "second";

// How changes of the mutable sources are found.
enum class Capture { installed, none };

// A new one costs as much as some cases; an emptied one keeps dead rows.
class CaseDatabase {
 public:
  explicit CaseDatabase(Capture capture);
  ~CaseDatabase();
  CaseDatabase(const CaseDatabase&) = delete;
  CaseDatabase& operator=(const CaseDatabase&) = delete;

  readmodel::ConnectionSettings connection() const;
  // Of sessions of which one dies so, once. Requires: no other crash goes on.
  readmodel::ConnectionSettings connection(readmodel::Session& session, const Crash& crash) const;
  readmodel::ConnectionSettings second() const;

  // Empties every table, and event ids begin again at 1.
  void clear() const;

 private:
  std::string name_;
  std::string url_;
};

// An empty one, seldom a new one. Valid until the next call.
const CaseDatabase& empty_case_database(Capture capture);

}  // namespace tidemark::tests
