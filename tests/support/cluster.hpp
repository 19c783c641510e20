// The throwaway PostgreSQL cluster of a test run, and the databases in it.
#pragma once

#include <filesystem>
#include <string>

namespace tidemark::tests {

// Makes and starts a cluster in a new folder under /tmp, with the migrated database that others are cloned from.
// Returns the folder. Errors: tidemark::Error.
std::filesystem::path start_cluster();

// Stops the cluster and removes its folder.
void stop_cluster(const std::filesystem::path& folder);

// The folder of the cluster in use: the one that the file named by TIDEMARK_TEST_CLUSTER tells of (ctest's fixture
// makes both), else one of this process alone, which ends with it.
const std::filesystem::path& cluster_folder();

// Makes a database in that cluster: a clone of the migrated one, or an empty one. Returns its libpq connection string.
std::string create_database(const std::string& name, const std::string& pattern);
void drop_database(const std::string& name);

// The connection string of the migrated database that others are cloned from.
std::string migrated_database(const std::filesystem::path& folder);

inline constexpr const char* kMigrated = "tidemark";  // the embedded cluster's own database, migrated
inline constexpr const char* kEmpty = "template1";

}  // namespace tidemark::tests
