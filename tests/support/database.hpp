// A database of a test's own.
//
//   TestDatabase db;                          // migrated: read model and source tables
//   TestDatabase db{TestDatabase::Empty{}};   // nothing in it
//   readmodel::Session session{db.connection()};
#pragma once

#include <string>

#include "readmodel/session.hpp"

namespace tidemark::tests {

// Made from a template in a few milliseconds, dropped with its connections at the end. Tests may run at the same time.
class TestDatabase {
 public:
  struct Empty {};

  TestDatabase();
  explicit TestDatabase(Empty);
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  // A libpq connection string.
  const std::string& url() const { return url_; }

  readmodel::ConnectionSettings connection() const;

 private:
  std::string name_;
  std::string url_;
};

}  // namespace tidemark::tests
