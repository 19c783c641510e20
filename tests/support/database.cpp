#include "support/database.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <exception>
#include <string>

#include "support/cluster.hpp"

namespace tidemark::tests {
namespace {

std::string next_name() {
  static std::atomic<int> count{0};
  return "test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
}

}  // namespace

TestDatabase::TestDatabase() : name_(next_name()), url_(create_database(name_, kMigrated)) {}

TestDatabase::TestDatabase(Empty) : name_(next_name()), url_(create_database(name_, kEmpty)) {}

TestDatabase::TestDatabase(Alone) : own_cluster_(start_cluster()), url_(migrated_database(own_cluster_)) {}

TestDatabase::~TestDatabase() {
  try {
    own_cluster_.empty() ? drop_database(name_) : stop_cluster(own_cluster_);
  } catch (const std::exception& e) {  // the cluster is thrown away anyhow
    std::fprintf(stderr, "%s was not dropped: %s\n", url_.c_str(), e.what());
  }
}

readmodel::ConnectionSettings TestDatabase::connection() const {
  readmodel::ConnectionSettings settings;
  settings.url = url_;
  settings.application_name = "tidemark test";
  return settings;
}

}  // namespace tidemark::tests
