// A database of one case: the source tables, the read model in public and a second, empty one beside it, and triggers
// by which a session can be made to die at a chosen write.
#pragma once

#include <string>

#include "property/steps.hpp"
#include "readmodel/session.hpp"

namespace tidemark::tests {

inline constexpr const char* kSecondSchema = "second";

class CaseDatabase {
 public:
  CaseDatabase();
  ~CaseDatabase();
  CaseDatabase(const CaseDatabase&) = delete;
  CaseDatabase& operator=(const CaseDatabase&) = delete;

  readmodel::ConnectionSettings connection() const;
  // Of sessions of which one dies so, once. Requires: no other crash goes on.
  readmodel::ConnectionSettings connection(readmodel::Session& session, const Crash& crash) const;
  readmodel::ConnectionSettings second() const;

 private:
  std::string name_;
  std::string url_;
};


}  // namespace tidemark::tests
