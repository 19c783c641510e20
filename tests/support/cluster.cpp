#include "support/cluster.hpp"

#include <stdlib.h>

#include <cstdlib>
#include <fstream>
#include <pqxx/pqxx>
#include <stdexcept>

#include "jobs/embedded_postgres.hpp"
#include "migrations/migrator.hpp"
#include "readmodel/session.hpp"

namespace tidemark::tests {
namespace {

namespace fs = std::filesystem;

jobs::EmbeddedPostgres cluster_in(const fs::path& folder) {
  return jobs::EmbeddedPostgres{folder, jobs::Durability::throwaway};
}

// A cluster for a test executable that is run by hand.
class OwnCluster {
 public:
  OwnCluster() : folder_(start_cluster()) {}
  ~OwnCluster() {
    try {
      stop_cluster(folder_);
    } catch (const std::exception&) {  // the tests' verdict stands; the folder stays to be looked at
    }
  }
  const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
};

fs::path read_folder(const char* file) {
  std::string folder;
  if (!std::getline(std::ifstream(file), folder) || folder.empty())
    throw std::runtime_error(std::string{"no test cluster runs: "} + file + " is missing; run the tests by ctest");
  return folder;
}

// CREATE and DROP DATABASE take no parameters and no transaction.
void run_outside_transaction(std::string_view before, const std::string& name, const std::string& after) {
  readmodel::translated(before, [&] {
    pqxx::connection connection{cluster_in(cluster_folder()).start() + " dbname=postgres"};
    pqxx::nontransaction work{connection};
    work.exec(std::string{before} + connection.quote_name(name) + after);
  });
}

}  // namespace

fs::path start_cluster() {
  std::string folder = "/tmp/tidemark-test-XXXXXX";
  if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("cannot make a folder under /tmp");
  fs::permissions(folder, fs::perms{0755});  // the user postgres must get in where we are root
  migrations::MigrationOptions options;
  options.url = cluster_in(folder).start();
  migrations::Goal everything;
  everything.sources = migrations::SourceTables::make;
  migrations::apply(options, everything);
  return folder;
}

void stop_cluster(const fs::path& folder) {
  cluster_in(folder).stop();
  fs::remove_all(folder);
}

const fs::path& cluster_folder() {
  const char* file = std::getenv("TIDEMARK_TEST_CLUSTER");
  if (file != nullptr) {
    static const fs::path shared = read_folder(file);
    return shared;
  }
  static const OwnCluster own;
  return own.folder();
}

std::string create_database(const std::string& name, const std::string& pattern) {
  // Block by block through the WAL, the default, takes several times as long.
  run_outside_transaction("CREATE DATABASE ", name, " TEMPLATE " + pattern + " STRATEGY file_copy");
  return cluster_in(cluster_folder()).start() + " dbname=" + name;
}

std::string migrated_database(const fs::path& folder) { return cluster_in(folder).start(); }

void drop_database(const std::string& name) { run_outside_transaction("DROP DATABASE ", name, " WITH (FORCE)"); }

}  // namespace tidemark::tests
