// What has to run to bring a database from its history to a goal: a pure function. Spec: storage, "Migrations".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contracts/time.hpp"
#include "migrations/migration.hpp"

namespace tidemark::migrations {

// A row of metrics_migration_history.
struct AppliedMigration {
  MigrationSet set = MigrationSet::readmodel;
  int version = 0;
  std::string name;
  std::string checksum;
  std::string target_schema;  // where its objects were made
  Instant applied_at;
  std::string applied_by;  // the database user
  Micros duration{0};      // of its SQL, without the commit
};

// In order of set and version.
using History = std::vector<AppliedMigration>;

// 0 where nothing of the set is applied.
int level(const History& history, MigrationSet set);

// Where the set's objects are; nullopt where nothing of it is applied.
std::optional<std::string> target_schema(const History& history, MigrationSet set);

struct Step {
  const Migration* migration = nullptr;  // of the catalogue, which outlives it
  Direction direction = Direction::up;

  std::string_view sql() const { return direction == Direction::up ? migration->up : migration->down; }
  std::string file() const { return file_name(*migration, direction); }
  bool drops_data() const;
};

enum class SourceTables {
  leave,  // they are somebody else's, or already Tidemark's (then they are kept at the newest version)
  make,   // Tidemark shall own them
};

enum class ChangeCapture {
  leave,    // as it is (where it is installed it is kept at the newest version)
  install,  // triggers on the source tables
};

struct Goal {
  SourceTables sources = SourceTables::leave;
  // Set: only this set moves, either way, to this version (another one only as far as requirements make it). Unset: the
  // read model, the sources where they are Tidemark's and the capture where it is installed go to their newest
  // versions.
  std::optional<Level> level;
  ChangeCapture capture = ChangeCapture::leave;
};

// Errors: tidemark::Error of kind failed, naming the file, where an applied migration was edited since, is unknown to
// the catalogue (a newer Tidemark was here), or one before it is not applied.
void check_history(const History& history, const Catalogue& catalogue);

// The steps in the order in which they must run: what a migration requires goes up before it and down after it.
// Requires: check_history() passed.
// Errors: tidemark::Error of kind usage where the goal names a version that does not exist.
std::vector<Step> plan_steps(const History& history, const Goal& goal, const Catalogue& catalogue);

}  // namespace tidemark::migrations
