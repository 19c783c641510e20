// A database of a test's own.
//
//   TestDatabase db;                          // migrated: read model and source tables
//   TestDatabase db{TestDatabase::Empty{}};   // nothing in it
//   TestDatabase db{TestDatabase::Alone{}};   // migrated, in a cluster of its own: nobody else writes WAL there
//   readmodel::Session session{db.connection()};
#pragma once

#include <filesystem>
#include <string>

#include "readmodel/session.hpp"

namespace tidemark::tests {

// Made from a template in a few milliseconds, dropped with its connections at the end. Tests may run at the same time.
class TestDatabase {
 public:
  struct Empty {};
  struct Alone {};

  TestDatabase();
  explicit TestDatabase(Empty);
  explicit TestDatabase(Alone);  // takes a second
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  // A libpq connection string.
  const std::string& url() const { return url_; }

  readmodel::ConnectionSettings connection() const;

 private:
  std::string name_;                   // empty: alone
  std::filesystem::path own_cluster_;  // empty: in the shared one
  std::string url_;
};

}  // namespace tidemark::tests
